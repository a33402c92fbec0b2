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

void Simulation::set_alarm(AlarmId id, TimePoint due) {
  CHECK(due >= now_, "nothing is scheduled before the present");
  Alarm& alarm = alarms_[id.value];
  if (alarm.turn.at == due) return;
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
  lanes_.emplace_back();
  heads_.emplace_back();
  return LaneId{static_cast<std::uint32_t>(lanes_.size() - 1)};
}

LaneId Simulation::lane_after(Duration delay) {
  for (const auto& [known, lane] : lanes_after_) {
    if (known == delay) return lane;
  }
  return lanes_after_.emplace_back(delay, add_lane()).second;
}

// The lane whose first event comes first; one that is empty only when all are.
inline std::size_t Simulation::first_lane() const {
  std::size_t first = 0;
  Turn::Number number = heads_[0].number();
  for (std::size_t i = 1; i < heads_.size(); ++i) {
    const Turn::Number other = heads_[i].number();
    first = other < number ? i : first;
    number = other < number ? other : number;
  }
  return first;
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

// A wake-up, or a packet of the queue.
void Simulation::run(std::uint32_t target, std::uint32_t token) {
  if ((target & 1u) != 0) {
    const Packet packet = packets_[token];
    packets_.remove(token);
    return run(target, packet);
  }
  digest(std::uint64_t{target} << 32 | token, 0);
  nodes_[target >> 2]->wake(*this, token);
}

// An event is used where it lies and leaves its lane afterwards; the node may meanwhile put others
// on the lane, and add lanes.
inline void Simulation::run_lane(std::size_t number) {
  now_ = heads_[number].at;
  if (lanes_[number].wakeups.empty()) {
    const Ring<Delivery>& coming = lanes_[number].deliveries;
    if (coming.size() > kForesight) {
      const Delivery& next = coming[kForesight];
      nodes_[next.target >> 2]->foresee(side_of(next.target), next.packet);
    }
    run(coming.front().target, coming.front().packet);
    Ring<Delivery>& deliveries = lanes_[number].deliveries;
    deliveries.pop();
    heads_[number] = deliveries.empty() ? Turn{} : deliveries.front().turn;
  } else {
    const Ring<Wakeup>& coming = lanes_[number].wakeups;
    if (coming.size() > kForesight) {
      const Wakeup& next = coming[kForesight];
      nodes_[next.node.value]->foresee(next.token);
    }
    run(coming.front().node.value << 2, coming.front().token);
    Ring<Wakeup>& wakeups = lanes_[number].wakeups;
    wakeups.pop();
    heads_[number] = wakeups.empty() ? Turn{} : wakeups.front().turn;
  }
}

// Takes what comes first, by the limit: an event, or an entry of an alarm that is not due; false
// when there is nothing.
inline bool Simulation::run_next(TimePoint limit) {
  const std::size_t lane = first_lane();
  const TimePoint at = heads_[lane].at;
  const bool queue_counts = queue_.lower_bound() <= std::min(at, limit);
  if (queue_counts && run_queue_before(heads_[lane], limit)) return true;
  if (at > limit || at == kNever) return false;
  run_lane(lane);
  return true;
}

std::uint64_t Simulation::run_until(TimePoint limit) {
  CHECK(limit >= now_, "a simulation does not run backwards");
  const std::uint64_t before = events_;
  if (heads_.empty()) add_lane();
  while (run_next(limit)) {
  }
  now_ = limit;
  return events_ - before;
}

std::uint64_t Simulation::run_some(TimePoint limit, std::uint64_t most) {
  CHECK(limit >= now_, "a simulation does not run backwards");
  const std::uint64_t before = events_;
  if (heads_.empty()) add_lane();
  while (events_ - before < most && run_next(limit)) {
  }
  if (events_ - before < most) now_ = limit;
  return events_ - before;
}

// Runs the first event of the queue, if it is due by the limit and comes before this turn.
bool Simulation::run_queue_before(const Turn& turn, TimePoint limit) {
  const auto* waiting = queue_.first_until(std::min(turn.at, limit));
  if (waiting == nullptr || turn.before({waiting->at, waiting->item.order})) return false;
  const auto entry = queue_.pop();
  Event event = entry.item;
  if (event.target == kAlarm) {
    if (!rings(event, entry.at)) return true;
    event = {alarms_[event.token].node.value << 2, alarms_[event.token].token, 0};
  }
  now_ = entry.at;
  run(event.target, event.token);
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
    Lane& lane = lanes_[i];
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
    if (!lane.deliveries.empty()) heads_[i] = lane.deliveries.front().turn;
    if (!lane.wakeups.empty()) heads_[i] = lane.wakeups.front().turn;
  }
  for (Node* node : nodes_) {
    if (walk.differs()) return;
    node->walk(walk);
  }
}

}  // namespace stayalive
