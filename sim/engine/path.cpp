// SPDX-License-Identifier: Apache-2.0
#include "engine/path.h"

#include <utility>

#include "base/check.h"

namespace stayalive {

Path::Path(std::vector<NodeId> stations, std::vector<std::vector<LinkPair>> wires)
    : stations_(std::move(stations)), wires_(std::move(wires)), filtered_from_(wires_.size()) {
  CHECK(wires_.size() == stations_.size() + 1, "a path has one wire more than stations");
  lanes_.resize(wires_.size());
  for (const std::vector<LinkPair>& links : wires_) {
    reorders_.push_back({});
    for (const LinkPair& pair : links) {
      reorders_.back()[index(Side::External)] |= pair.outbound.reorders();
      reorders_.back()[index(Side::Internal)] |= pair.inbound.reorders();
    }
  }
}

void Path::add_host(Side end, AddressId address, NodeId host) {
  hosts_[index(end)][address] = host;
}

void Path::add_hosts(Side end, AddressId first, std::uint32_t count, NodeId hosts) {
  ranges_[index(end)].push_back({first, count, hosts});
}

void Path::remove_host(Side end, AddressId address) { hosts_[index(end)].erase(address); }

void Path::filter_private_sources_from(std::size_t wire) { filtered_from_ = wire; }

Path::Destination Path::next(std::size_t wire, Side towards, const Packet& packet) const {
  if (towards == Side::External && wire < stations_.size()) {
    return {stations_[wire], Side::Internal};
  }
  if (towards == Side::Internal && wire > 0) return {stations_[wire - 1], Side::External};
  return {host(towards, packet.destination_address), opposite(towards)};
}

NodeId Path::host(Side end, AddressId address) const {
  for (const Range& range : ranges_[index(end)]) {
    if (address.value - range.first.value < range.count) return range.node;
  }
  const auto found = hosts_[index(end)].find(address);
  return found == hosts_[index(end)].end() ? NodeId{} : found->second;
}

void Path::lose(Simulation& sim, Side towards, const Packet& packet, std::string why) const {
  if (!sim.tracing()) return;
  sim.trace({sim.now(), TraceKind::Dropped, NodeId{}, towards, packet, std::move(why)});
}

void Path::send(Simulation& sim, std::size_t wire, Side towards, const Packet& packet) {
  const Destination to = next(wire, towards, packet);
  if (towards == Side::External && wire >= filtered_from_ && is_private(packet.source_address)) {
    return lose(sim, towards, packet, "private source address, not carried outside");
  }
  TimePoint at = sim.now();
  std::vector<LinkPair>& links = wires_[wire];
  const std::uint32_t bytes = ip_bytes(packet);
  for (std::size_t i = 0; i < links.size(); ++i) {
    const bool outward = towards == Side::External;
    LinkPair& pair = links[outward ? i : links.size() - 1 - i];
    const Link::Transit transit = (outward ? pair.outbound : pair.inbound).transmit(at, bytes);
    if (transit.loss == Link::Loss::Outage)
      return lose(sim, towards, packet, pair.name + " is down");
    if (transit.loss == Link::Loss::Chance)
      return lose(sim, towards, packet, "lost on " + pair.name);
    at = transit.arrival;
  }
  if (!to.node.valid()) return lose(sim, towards, packet, "no host has this address");
  if (reorders_[wire][index(towards)]) return sim.deliver_at(at, to.node, to.from, packet);
  sim.deliver_on(lane(sim, wire, towards), at, to.node, to.from, packet);
}

LaneId Path::lane(Simulation& sim, std::size_t wire, Side towards) {
  LaneId& lane = lanes_[wire][index(towards)];
  if (!lane.valid()) lane = sim.add_lane();
  return lane;
}

}  // namespace stayalive
