// SPDX-License-Identifier: Apache-2.0
#include "engine/simulation.h"

#include <utility>

namespace stayalive {

NodeId Simulation::add(std::string name, Node& node) {
  CHECK(nodes_.size() < (1u << 30), "a simulation has fewer than 2^30 nodes");
  nodes_.push_back(&node);
  names_.push_back(std::move(name));
  return NodeId{static_cast<std::uint32_t>(nodes_.size() - 1)};
}

void Simulation::deliver_at(TimePoint at, NodeId to, Side from, const Packet& packet) {
  CHECK(at >= now_, "nothing is scheduled before the present");
  if (at == kNever) return;
  const std::uint32_t target = to.value << 2 | static_cast<std::uint32_t>(from) << 1 | 1u;
  queue_.push(at, Event{target, packets_.add(packet)});
}

void Simulation::wake_at(TimePoint at, NodeId node, std::uint32_t token) {
  CHECK(at >= now_, "nothing is scheduled before the present");
  if (at == kNever) return;
  queue_.push(at, Event{node.value << 2, token});
}

std::uint64_t Simulation::run_until(TimePoint limit) {
  CHECK(limit >= now_, "a simulation does not run backwards");
  const std::uint64_t before = events_;
  while (const auto entry = queue_.pop_until(limit)) {
    now_ = entry->at;
    ++events_;
    run(entry->item);
  }
  now_ = limit;
  return events_ - before;
}

void Simulation::run(const Event& event) {
  Node& node = *nodes_[event.target >> 2];
  digest_.add(static_cast<std::uint64_t>(now_.time_since_epoch().count()));
  if ((event.target & 1u) == 0) {
    digest_.add(std::uint64_t{event.target} << 32 | event.token);
    node.wake(*this, event.token);
    return;
  }
  const Packet packet = packets_[event.token];
  packets_.remove(event.token);
  digest_.add(std::uint64_t{event.target} << 32 | packet.sequence);
  digest_.add(std::uint64_t{packet.source_port} << 40 | std::uint64_t{packet.payload} << 16 |
              packet.flags);
  node.receive(*this, static_cast<Side>(event.target >> 1 & 1u), packet);
}

}  // namespace stayalive
