// SPDX-License-Identifier: Apache-2.0
#include "engine/simulation.h"

#include <algorithm>
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
  queue_.push(at, Event{target_of(to, from), packets_.add(packet), scheduled_++});
}

void Simulation::wake_at(TimePoint at, NodeId node, std::uint32_t token) {
  CHECK(at >= now_, "nothing is scheduled before the present");
  if (at == kNever) return;
  queue_.push(at, Event{node.value << 2, token, scheduled_++});
}

AlarmId Simulation::add_alarm(NodeId node, std::uint32_t token) {
  alarms_.push_back({node, token, {}, {}, false});
  return AlarmId{static_cast<std::uint32_t>(alarms_.size() - 1)};
}

AlarmId Simulation::add_early_alarm(NodeId node, std::uint32_t token) {
  const AlarmId id = add_alarm(node, token);
  alarms_[id.value].early = true;
  return id;
}

void Simulation::move_alarm(AlarmId id, TimePoint due) {
  CHECK(due >= now_, "nothing is scheduled before the present");
  Alarm& alarm = alarms_[id.value];
  alarm.turn = {due, alarm.early ? 0 : scheduled_++};
  enqueue(id.value);
}

void Simulation::enqueue(std::uint32_t number) {
  Alarm& alarm = alarms_[number];
  if (!alarm.entries.ask(alarm.turn.at)) return;
  queue_.push(alarm.turn.at, Event{kAlarm, number, alarm.turn.order});
}

// Whether the alarm with this entry is due now; if not, it is put where it belongs.
bool Simulation::rings(const Event& entry, TimePoint at) {
  Alarm& alarm = alarms_[entry.token];
  alarm.entries.come(at);
  if (alarm.turn.at == at && alarm.turn.order == entry.order) {
    alarm.turn.at = alarm.early ? nodes_[alarm.node.value]->sure_deadline(at, alarm.token) : at;
    if (alarm.turn.at <= at) {
      alarm.turn = {};
      return true;
    }
  }
  enqueue(entry.token);
  return false;
}

LaneId Simulation::add_lane() {
  lanes_.push_back(std::make_unique<Lane>());
  return LaneId{static_cast<std::uint32_t>(lanes_.size() - 1)};
}

LaneId Simulation::lane_after(Duration delay) {
  for (const auto& [known, lane] : lanes_after_) {
    if (known == delay) return lane;
  }
  const LaneId lane = add_lane();
  lanes_[lane.value]->delay = delay;
  lanes_after_.emplace_back(delay, lane);
  return lane;
}

// The lane whose first event comes first, which is empty only when all are.  There must be one.
inline Simulation::Lane& Simulation::first_lane() const {
  Lane* first = lanes_.front().get();
  for (std::size_t i = 1; i < lanes_.size(); ++i) {
    Lane* other = lanes_[i].get();
    first = other->head.before(first->head) ? other : first;
  }
  return *first;
}

inline void Simulation::digest(std::uint64_t what, std::uint32_t sequence) {
  const auto instant = static_cast<std::uint64_t>(now_.time_since_epoch().count());
  digest_.add(what, {instant, events_++, sequence});
  if (log_ != nullptr) [[unlikely]]
    log_->push_back({what, instant, sequence});
}

inline void Simulation::run(std::uint32_t target, const Packet& packet) {
  const std::uint64_t header =
      std::uint64_t{packet.source_port} << 32 | std::uint64_t{packet.payload} << 8 | packet.flags;
  digest(std::uint64_t{target} << 48 ^ header, packet.sequence);
  nodes_[target >> 2]->receive(*this, side_of(target), packet);
}

inline void Simulation::run(NodeId node, std::uint32_t token) {
  digest(std::uint64_t{node.value} << 34 | token, 0);
  nodes_[node.value]->wake(*this, token);
}

// An event is used where it lies and leaves its lane afterwards; the node may meanwhile put others
// on the lane.  The turn of the next one.
template <class Item>
inline Simulation::Turn Simulation::run_first(Ring<Item>& items) {
  run(items.front());
  items.pop();
  return items.empty() ? Turn{} : items.front().turn;
}

inline void Simulation::run_lane(Lane& lane) {
  now_ = lane.head.at;
  lane.head = lane.wakeups.empty() ? run_first(lane.deliveries) : run_first(lane.wakeups);
}

// Takes what comes first, by the limit: an event, or an entry of an alarm that is not due; false
// when there is nothing.
inline bool Simulation::run_next(TimePoint limit) {
  if (lanes_.empty()) [[unlikely]]
    return run_queue_before({}, limit);
  Lane& lane = first_lane();
  const TimePoint at = lane.head.at;
  const bool queue_counts = queue_.lower_bound() <= std::min(at, limit);
  if (queue_counts && run_queue_before(lane.head, limit)) return true;
  if (at > limit || at == kNever) return false;
  run_lane(lane);
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

// Runs the first event of the queue, if it is due by the limit and comes before this turn.
bool Simulation::run_queue_before(const Turn& turn, TimePoint limit) {
  const auto* waiting = queue_.first_until(std::min(turn.at, limit));
  if (waiting == nullptr || turn.before({waiting->at, waiting->item.order})) return false;
  const auto [due, event] = queue_.pop();
  if (event.target == kAlarm) {
    if (!rings(event, due)) return true;
    now_ = due;
    run(alarms_[event.token].node, alarms_[event.token].token);
    return true;
  }
  now_ = due;
  if ((event.target & 1u) == 0) {
    run(NodeId{event.target >> 2}, event.token);
    return true;
  }
  const Packet packet = packets_[event.token];
  packets_.remove(event.token);
  run(event.target, packet);
  return true;
}

void Simulation::repeat(std::span<const LoggedEvent> earlier, std::span<const LoggedEvent> later,
                        std::uint64_t times) {
  CHECK(earlier.size() == later.size(), "periods that repeat each other have as many events");
  for (std::size_t i = 0; i < later.size(); ++i) {
    const EventDigest::Place step{later[i].instant - earlier[i].instant, later.size(),
                                  later[i].sequence - earlier[i].sequence};
    const EventDigest::Place first{later[i].instant + step.instant, events_ + i,
                                   later[i].sequence + step.sequence};
    digest_.add_repeated(later[i].what, first, step, times);
  }
}

void Simulation::walk(StateWalk& walk) {
  walk.clock(now_);
  walk.tally(scheduled_);
  walk.tally(events_);
  const auto turn = [&](Turn& its) {
    walk.clock(its.at);
    walk.tally(its.order);
  };
  // What differs most often comes first.
  walk.still(alarms_.size());
  for (Alarm& alarm : alarms_) {
    if (!alarm.early) turn(alarm.turn);
  }
  if (walk.differs()) return;
  const auto hidden = [](const Event& event) { return event.target == kAlarm; };
  queue_.walk(walk, hidden, [&](Event& event) {
    walk.tally(event.order);
    walk.still(event.target);
    if ((event.target & 1u) == 0) return walk.still(event.token);
    stayalive::walk(walk, packets_[event.token]);
  });
  for (std::uint32_t i = 0; i < alarms_.size() && !walk.noting(); ++i) {
    // An early alarm that comes too soon is put off.
    if (alarms_[i].early) alarms_[i].turn = {now_, 0};
    alarms_[i].entries.clear();
    enqueue(i);
  }
  for (std::size_t i = 0; i < lanes_.size(); ++i) {
    if (walk.differs()) return;
    Lane& lane = *lanes_[i];
    walk.trace(lane.last);
    walk.still(lane.deliveries.size(), lane.wakeups.size());
    for (std::size_t k = 0; k < lane.deliveries.size() && !walk.differs(); ++k) {
      Delivery& delivery = lane.deliveries[k];
      turn(delivery.turn);
      walk.still(delivery.target);
      stayalive::walk(walk, delivery.packet);
    }
    for (std::size_t k = 0; k < lane.wakeups.size() && !walk.differs(); ++k) {
      Wakeup& wakeup = lane.wakeups[k];
      turn(wakeup.turn);
      walk.still(wakeup.node, wakeup.token);
    }
    if (!lane.deliveries.empty()) lane.head = lane.deliveries.front().turn;
    if (!lane.wakeups.empty()) lane.head = lane.wakeups.front().turn;
  }
  for (Node* node : nodes_) {
    if (walk.differs()) return;
    node->walk(walk);
  }
}

}  // namespace stayalive
