// SPDX-License-Identifier: Apache-2.0
#include "engine/simulation.h"

#include <algorithm>
#include <utility>

namespace stayalive {

NodeId Simulation::add(std::string name, Node& node) {
  CHECK(nodes_.size() < (1u << 30), "a simulation has fewer than 2^30 nodes");
  nodes_.push_back(&node);
  foresights_.push_back(dynamic_cast<Foresight*>(&node));
  names_.push_back(std::move(name));
  return NodeId{static_cast<std::uint32_t>(nodes_.size() - 1)};
}

void Simulation::deliver_at(TimePoint at, NodeId to, Side from, const Packet& packet) {
  CHECK(at >= now_, "nothing is scheduled before the present");
  if (at == kNever) return;
  queue_.add(take_turn(at), EventTarget::packet(to, from), packet);
}

void Simulation::wake_at(TimePoint at, NodeId node, std::uint32_t token) {
  CHECK(at >= now_, "nothing is scheduled before the present");
  if (at == kNever) return;
  queue_.add(take_turn(at), node, token);
}

AlarmId Simulation::add_alarm(NodeId node, std::uint32_t token) {
  return alarms_.add(node, token, nullptr);
}

void Simulation::move_alarm(AlarmId alarm, TimePoint due) {
  CHECK(due >= now_, "nothing is scheduled before the present");
  alarms_.set(alarm, alarms_.early(alarm) ? Turn{due, 0} : take_turn(due));
}

// Enters an event that is about to run into the digest.
inline void Simulation::enter(std::uint64_t what, std::uint32_t sequence) {
  const auto instant = static_cast<std::uint64_t>(now_.time_since_epoch().count());
  digest_.add(what, {instant, events_++, sequence});
  if (log_ != nullptr) [[unlikely]]
    log_->push_back({what, instant, sequence});
}

inline void Simulation::run(EventTarget target, const Packet& packet) {
  const std::uint64_t header =
      std::uint64_t{packet.source_port} << 32 | std::uint64_t{packet.payload} << 8 | packet.flags;
  enter(std::uint64_t{target.value} << 48 ^ header, packet.sequence);
  nodes_[target.node().value]->receive(*this, target.side(), packet);
}

inline void Simulation::run(NodeId node, std::uint32_t token) {
  enter(std::uint64_t{node.value} << 34 | token, 0);
  nodes_[node.value]->wake(*this, token);
}

inline void Simulation::run_lane(Lane& lane) {
  now_ = lane.head().at;
  lane.run_first([this](const Lane::Delivery& delivery) { run(delivery.target, delivery.packet); },
                 [this](const Lane::WakeUp& wake_up) { run(wake_up.node, wake_up.token); });
}

// Takes what comes first, by the limit: an event, or an entry of an alarm that is not due; false
// when there is nothing.
inline bool Simulation::run_next(TimePoint limit) {
  if (lanes_.empty()) [[unlikely]]
    return run_queue_before({}, limit);
  Lane& lane = lanes_.first();
  const TimePoint at = lane.head().at;
  const bool queue_counts = queue_.lower_bound() <= std::min(at, limit);
  if (queue_counts && run_queue_before(lane.head(), limit)) return true;
  if (at > limit || at == kNever) return false;
  run_lane(lane);
  return true;
}

// Takes the first entry of the queue, if it is due by the limit and comes before this turn.
bool Simulation::run_queue_before(const Turn& turn, TimePoint limit) {
  if (!queue_.has_before(turn, limit)) return false;
  const auto [due, event] = queue_.take();
  if (event.target.is_alarm()) {
    if (!alarms_.rings(event, due)) return true;
    now_ = due;
    const AlarmId alarm{event.token};
    run(alarms_.node(alarm), alarms_.token(alarm));
    return true;
  }
  now_ = due;
  if (event.target.is_packet()) {
    run(event.target, queue_.take_packet(event));
  } else {
    run(event.target.node(), event.token);
  }
  return true;
}

std::uint64_t Simulation::run_until(TimePoint limit) {
  CHECK(limit >= now_, "a simulation does not run backwards");
  const std::uint64_t before = events_;
  while (run_next(limit)) {
  }
  now_ = limit;
  return events_ - before;
}

std::uint64_t Simulation::run_some(TimePoint limit, std::uint64_t most) {
  CHECK(limit >= now_, "a simulation does not run backwards");
  const std::uint64_t before = events_;
  while (events_ - before < most && run_next(limit)) {
  }
  if (events_ - before < most) now_ = limit;
  return events_ - before;
}

void Simulation::walk(StateWalk& walk) {
  walk.instant(now_);
  walk.order(scheduled_);
  walk.counter(events_);
  // What differs most often comes first.
  alarms_.walk(walk);
  if (walk.differs()) return;
  queue_.walk(walk);
  if (!walk.noting()) alarms_.enqueue_all(now_);
  lanes_.walk(walk);
  for (Node* node : nodes_) {
    if (walk.differs()) return;
    node->walk(walk);
  }
}

}  // namespace stayalive
