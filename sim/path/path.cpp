// SPDX-License-Identifier: Apache-2.0
#include "path/path.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace stayalive {

namespace {

std::vector<Wire> chain_of(const std::vector<NodeId>& stations,
                           std::vector<std::vector<LinkPair>> links) {
  CHECK(links.size() == stations.size() + 1, "a path has one wire more than stations");
  std::vector<Wire> wires;
  for (std::size_t i = 0; i < links.size(); ++i) {
    wires.push_back({i > 0 ? stations[i - 1] : NodeId{},
                     i < stations.size() ? stations[i] : NodeId{}, std::move(links[i])});
  }
  return wires;
}

}  // namespace

Path::Path(const std::vector<NodeId>& stations, std::vector<std::vector<LinkPair>> wires)
    : Path(chain_of(stations, std::move(wires))) {}

Path::Path(std::vector<Wire> wires) : wires_(std::move(wires)) {
  for (std::size_t wire = 0; wire < wires_.size(); ++wire) {
    ways_.push_back({way_of(wire, Side::Internal), way_of(wire, Side::External)});
    if (!wires_[wire].inner.valid()) end_wires_[index(Side::Internal)] = wire;
    if (!wires_[wire].outer.valid()) end_wires_[index(Side::External)] = wire;
  }
}

Path::Way Path::way_of(std::size_t wire, Side towards) const {
  Way way;
  way.from = opposite(towards);
  way.station = towards == Side::External ? wires_[wire].outer : wires_[wire].inner;
  for (const LinkPair& pair : wires_[wire].links) {
    const Link& link = towards == Side::External ? pair.outbound : pair.inbound;
    way.reorders |= link.reorders();
    const std::optional<Duration> delay = link.constant_delay();
    way.delay = way.delay && delay ? std::optional(later(kStart, *way.delay + *delay) - kStart)
                                   : std::nullopt;
  }
  return way;
}

void Path::add_host(Side end, AddressId address, NodeId host) {
  remove_host(end, address);
  hosts_[index(end)].push_back({address, 1, host});
}

void Path::add_hosts(Side end, AddressId first, std::uint32_t count, NodeId hosts) {
  hosts_[index(end)].insert(hosts_[index(end)].begin(), {first, count, hosts});
}

void Path::remove_host(Side end, AddressId address) {
  std::erase_if(hosts_[index(end)],
                [&](const Range& range) { return range.first == address && range.count == 1; });
}

void Path::filter_private_sources_on(std::size_t wire) {
  ways_[wire][index(Side::External)].filters = true;
}

void Path::filter_private_sources_from(std::size_t wire) {
  for (std::size_t i = wire; i < ways_.size(); ++i) filter_private_sources_on(i);
}

void Path::lose(Simulation& sim, Side towards, const Packet& packet, std::string why) const {
  if (!sim.tracing() || packet.protocol == Protocol::Watch) return;
  sim.trace({sim.now(), TraceKind::Dropped, NodeId{}, towards, packet, std::move(why)});
}

const LinkPair* Path::find_link(std::string_view name) const {
  for (const Wire& wire : wires_) {
    for (const LinkPair& pair : wire.links) {
      if (pair.name == name) return &pair;
    }
  }
  return nullptr;
}

bool Path::lost_in_outage(std::string_view link, Side towards, TimePoint at) const {
  const LinkPair* pair = find_link(link);
  return pair != nullptr &&
         (towards == Side::External ? pair->outbound : pair->inbound).lost_in_outage(at);
}

void Path::send_over_links(Simulation& sim, std::size_t wire, Side towards, NodeId to,
                           const Packet& packet) {
  Way& way = ways_[wire][index(towards)];
  if (way.filters && is_private(packet.source_address))
    return lose(sim, towards, packet, "private source address, not carried outside");
  TimePoint at = sim.now();
  std::vector<LinkPair>& links = wires_[wire].links;
  const std::uint32_t bytes = ip_bytes(packet);
  for (std::size_t i = 0; i < links.size(); ++i) {
    const bool outward = towards == Side::External;
    LinkPair& pair = links[outward ? i : links.size() - 1 - i];
    const Link::Transit transit = (outward ? pair.outbound : pair.inbound).transmit(at, bytes);
    if (transit.loss == Link::Loss::Outage)
      return lose(sim, towards, packet, pair.name + " is down");
    if (transit.loss == Link::Loss::Chance)
      return lose(sim, towards, packet, "lost on " + pair.name);
    if (transit.loss == Link::Loss::Queue) {
      if (observer_ != nullptr) observer_->queue_dropped(pair.name, packet, sim.now());
      return lose(sim, towards, packet, "the queue of " + pair.name + " is full");
    }
    at = transit.arrival;
  }
  if (!to.valid()) return lose(sim, towards, packet, "no host has this address");
  Speedup fast(sim);
  if (way.delay) {
    way.timed = fast.lane_after(*way.delay);
    return fast.deliver_after(way.timed, to, way.from, packet);
  }
  if (way.reorders) return sim.deliver_at(at, to, way.from, packet);
  if (!way.lane.valid()) way.lane = fast.add_lane();
  fast.deliver_on(way.lane, at, to, way.from, packet);
  if (way.station.valid()) fast.announce(way.lane, to, way.from, packet);
}

bool Path::draws_each_time() const {
  return std::any_of(wires_.begin(), wires_.end(), [](const Wire& wire) {
    return std::any_of(wire.links.begin(), wire.links.end(), [](const LinkPair& pair) {
      return pair.outbound.draws_each_time() || pair.inbound.draws_each_time();
    });
  });
}

// Hosts move only by events of the scenario.
void Path::walk(StateWalk& walk) {
  for (Wire& wire : wires_) {
    for (LinkPair& pair : wire.links) {
      pair.outbound.walk(walk);
      pair.inbound.walk(walk);
    }
  }
}

}  // namespace stayalive
