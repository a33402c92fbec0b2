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

std::uint32_t Simulation::target_of(NodeId to, Side from) {
  return to.value << 2 | static_cast<std::uint32_t>(from) << 1 | 1u;
}

void Simulation::deliver_at(TimePoint at, NodeId to, Side from, const Packet& packet) {
  CHECK(at >= now_, "nothing is scheduled before the present");
  if (at == kNever) return;
  queue_.push(at, Event{target_of(to, from), packets_.add(packet), scheduled_++});
}

void Simulation::wake_at(TimePoint at, NodeId node, std::uint32_t token) {
  CHECK(at >= now_, "nothing is scheduled before the present");
  if (at == kNever) return;
  queue_.push(at, Event{node.value << 2, token, scheduled_++});
}

LaneId Simulation::add_lane() {
  lanes_.emplace_back();
  heads_.emplace_back();
  return LaneId{static_cast<std::uint32_t>(lanes_.size() - 1)};
}

Simulation::Turn Simulation::take_turn(LaneId lane, TimePoint at) {
  TimePoint& last = lanes_[lane.value].last;
  CHECK(at >= now_ && at >= last, "a lane is in order, and nothing before the present");
  last = at;
  const Turn turn{at, scheduled_++};
  if (heads_[lane.value].at == kNever) heads_[lane.value] = turn;
  return turn;
}

void Simulation::deliver_on(LaneId lane, TimePoint at, NodeId to, Side from, const Packet& packet) {
  if (at == kNever) return;
  lanes_[lane.value].deliveries.push({take_turn(lane, at), target_of(to, from), packet});
}

void Simulation::wake_on(LaneId lane, TimePoint at, NodeId node, std::uint32_t token) {
  if (at == kNever) return;
  lanes_[lane.value].wakeups.push({take_turn(lane, at), node, token});
}

// The lane whose first event comes first; lanes_.size() when all are empty.
std::size_t Simulation::first_lane() const {
  std::size_t first = heads_.size();
  Turn best;
  for (std::size_t i = 0; i < heads_.size(); ++i) {
    if (!heads_[i].before(best)) continue;
    best = heads_[i];
    first = i;
  }
  return first;
}

std::uint64_t Simulation::run_until(TimePoint limit) {
  CHECK(limit >= now_, "a simulation does not run backwards");
  const std::uint64_t before = events_;
  while (true) {
    const std::size_t lane = first_lane();
    const bool on_lane = lane < lanes_.size() && heads_[lane].at <= limit;
    const auto* waiting = queue_.first_until(on_lane ? heads_[lane].at : limit);
    if (waiting != nullptr &&
        (!on_lane || Turn{waiting->at, waiting->item.order}.before(heads_[lane]))) {
      const auto entry = queue_.pop_until(limit);
      now_ = entry->at;
      run(entry->item.target, entry->item.token);
    } else if (on_lane) {
      run_lane(lane);
    } else {
      break;
    }
  }
  now_ = limit;
  return events_ - before;
}

void Simulation::run_lane(std::size_t number) {
  Lane& lane = lanes_[number];
  now_ = heads_[number].at;
  if (lane.wakeups.empty()) {
    const Delivery delivery = lane.deliveries.pop();
    heads_[number] = lane.deliveries.empty() ? Turn{} : lane.deliveries.front().turn;
    if (lane.deliveries.size() >= kForesight) {
      const Delivery& coming = lane.deliveries[kForesight - 1];
      nodes_[coming.target >> 2]->foresee(side_of(coming.target), coming.packet);
    }
    run(delivery.target, delivery.packet);
  } else {
    const Wakeup wakeup = lane.wakeups.pop();
    heads_[number] = lane.wakeups.empty() ? Turn{} : lane.wakeups.front().turn;
    if (lane.wakeups.size() >= kForesight) {
      const Wakeup& coming = lane.wakeups[kForesight - 1];
      nodes_[coming.node.value]->foresee(coming.token);
    }
    run(wakeup.node.value << 2, wakeup.token);
  }
}

// A wake-up, or a packet of the queue.
void Simulation::run(std::uint32_t target, std::uint32_t token) {
  if ((target & 1u) != 0) {
    const Packet packet = packets_[token];
    packets_.remove(token);
    return run(target, packet);
  }
  const auto instant = static_cast<std::uint64_t>(now_.time_since_epoch().count());
  digest_.add(std::uint64_t{target} << 32 | token, {instant, events_++, 0});
  nodes_[target >> 2]->wake(*this, token);
}

void Simulation::run(std::uint32_t target, const Packet& packet) {
  const auto instant = static_cast<std::uint64_t>(now_.time_since_epoch().count());
  const std::uint64_t header =
      std::uint64_t{packet.source_port} << 32 | std::uint64_t{packet.payload} << 8 | packet.flags;
  digest_.add(std::uint64_t{target} << 48 ^ header, {instant, events_++, packet.sequence});
  nodes_[target >> 2]->receive(*this, side_of(target), packet);
}

}  // namespace stayalive
