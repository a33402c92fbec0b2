// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/ids.h"
#include "base/ring.h"
#include "base/slab.h"
#include "base/state_walk.h"
#include "base/time.h"
#include "engine/deadline_queue.h"
#include "engine/event_digest.h"
#include "engine/event_log.h"
#include "engine/node.h"
#include "engine/trace.h"
#include "engine/wake_ups.h"

namespace stayalive {

// The virtual driver: it owns the present and the order of events, and nothing else.  Events at the
// same time run in the order in which they were scheduled.  One simulation is one thread;
// simulations share nothing.
//
// Events of any order wait in one queue.  What comes due in the order in which it is scheduled -
// the packets on a line that does not reorder, the timers of one fixed interval - may be put on a
// lane of its own, a plain first-in-first-out, which costs a fraction.
class Simulation {
 public:
  TimePoint now() const { return now_; }
  // Names a node and gives it an identity; the node must outlive the simulation.
  NodeId add(std::string name, Node& node);
  const std::string& name(NodeId id) const { return names_[id.value]; }

  // at must not lie before now(); kNever is never.
  void deliver_at(TimePoint at, NodeId to, Side from, const Packet& packet);
  void wake_at(TimePoint at, NodeId node, std::uint32_t token);

  // An alarm wakes its node with its token when it is due, and can be set anew at will, which costs
  // little.  It is off at first and after it has rung; kNever switches it off.
  AlarmId add_alarm(NodeId node, std::uint32_t token);
  // One that is set for when it rings at the earliest, asks its node then for its sure_deadline(),
  // and rings before all else at its instant.
  AlarmId add_early_alarm(NodeId node, std::uint32_t token);
  // due must not lie before now().
  void set_alarm(AlarmId alarm, TimePoint due) {
    if (alarms_[alarm.value].turn.at != due) move_alarm(alarm, due);
  }

  // A lane carries packets, or wake-ups, but not both.
  LaneId add_lane();
  // The lane of packets that all come this long after they were put on it, and takes nothing else;
  // it is the same for whoever asks, because the fewer lanes there are, the sooner the next event
  // is found.
  LaneId lane_after(Duration delay);
  // As deliver_at; at must not lie before the time of the last event put on the same lane either.
  void deliver_on(LaneId id, TimePoint at, NodeId to, Side from, const Packet& packet) {
    Lane& lane = *lanes_[id.value];
    CHECK(at >= now_ && at >= lane.last, "a lane is in order, and nothing before the present");
    if (at == kNever) return;
    lane.last = at;
    lane.put(take_turn(at), target_of(to, from), packet);
  }
  // On a lane of lane_after(): comes when its time is over, never if that is kNever.
  void deliver_after(LaneId id, NodeId to, Side from, const Packet& packet) {
    Lane& lane = *lanes_[id.value];
    const TimePoint at = later(now_, lane.delay);
    if (at == kNever) [[unlikely]]
      return;
    lane.put(take_turn(at), target_of(to, from), packet);
  }
  // Tells the node of a packet just put on this lane, if so many come before it that what it will
  // need may lie far away by then.
  void announce(LaneId lane, NodeId to, Side from, const Packet& packet) const {
    constexpr std::size_t kFar = 8;
    if (lanes_[lane.value]->deliveries.size() > kFar) nodes_[to.value]->foresee(from, packet);
  }
  // As wake_at; what comes before the last event put on the same lane waits with all other events.
  void wake_on(LaneId id, TimePoint at, NodeId node, std::uint32_t token) {
    Lane& lane = *lanes_[id.value];
    if (at < lane.last || at == kNever) [[unlikely]]
      return wake_at(at, node, token);
    CHECK(at >= now_, "nothing is scheduled before the present");
    lane.last = at;
    lane.put(take_turn(at), node, token);
  }

  // Runs every event up to and including `limit`, then stands exactly at limit.  Returns how many
  // ran.
  std::uint64_t run_until(TimePoint limit);
  // As above, but no more than `most` events: after so many it stands where the last one was.
  std::uint64_t run_some(TimePoint limit, std::uint64_t most);
  std::uint64_t events() const { return events_; }
  // A fingerprint of every event so far: its time, its node, its packet or token.
  std::uint64_t digest() const { return digest_.value(); }

  // The sink must outlive the simulation; nullptr switches tracing off.
  void set_trace(TraceSink* sink) { trace_ = sink; }
  bool tracing() const { return trace_ != nullptr; }

  // Every event is noted there from now on; nullptr ends that.  The log must outlive the
  // simulation.
  void set_log(EventLog* log) { log_ = log; }
  // Time, what is scheduled and what the nodes keep.
  void walk(StateWalk& walk);
  // The events just run have been `earlier` and then `later`, alike and each a period after the
  // other: takes `times` more such periods as run, for the fingerprint only.
  void repeat(std::span<const LoggedEvent> earlier, std::span<const LoggedEvent> later,
              std::uint64_t times);

  // Call only while tracing().
  void trace(const TraceRecord& record) {
    static const std::string kNowhere;
    trace_->record(record, record.node.valid() ? name(record.node) : kNowhere);
  }

 private:
  // Among events of one instant the order of scheduling counts.
  struct Turn {
    TimePoint at = kNever;
    std::uint64_t order = 0;
    bool before(const Turn& other) const { return number() < other.number(); }

    // As one number, so that comparing takes no branch: which of two comes first is as good as
    // random.
    __extension__ typedef unsigned __int128 Number;
    Number number() const {
      return static_cast<Number>(at.time_since_epoch().count()) << 64 | order;
    }
  };
  struct Event {
    std::uint32_t target;  // node << 2 | side << 1 | is_packet, or kAlarm
    std::uint32_t token;   // of a wake-up, the handle of a packet, or the number of an alarm
    std::uint64_t order;
  };
  static constexpr std::uint32_t kAlarm = 2;  // a wake-up comes from no side
  // Where an alarm has entries in the queue is not part of the state: they only see to it that it
  // rings in its turn.
  struct Alarm {
    NodeId node;
    std::uint32_t token = 0;
    Turn turn;
    WakeUps entries;
    bool early = false;
  };
  struct alignas(64) Delivery {
    Turn turn;
    std::uint32_t target = 0;
    Packet packet;
  };
  static_assert(sizeof(Delivery) == 64, "one cache line");
  struct Wakeup {
    Turn turn;
    NodeId node;
    std::uint32_t token = 0;
  };
  struct alignas(64) Lane {
    Turn head;  // of its first event; at kNever when there is none
    Ring<Delivery> deliveries;
    Ring<Wakeup> wakeups;
    TimePoint last = kStart;  // of the last event put on it, where the order is watched
    Duration delay{};         // of a lane of lane_after()

    void put(const Turn& turn, std::uint32_t target, const Packet& packet) {
      if (deliveries.empty()) head = turn;
      Delivery& delivery = deliveries.push();
      delivery.turn = turn;
      delivery.target = target;
      delivery.packet = packet;
    }
    void put(const Turn& turn, NodeId node, std::uint32_t token) {
      if (wakeups.empty()) head = turn;
      wakeups.push() = {turn, node, token};
    }
  };

  Turn take_turn(TimePoint at) { return {at, scheduled_++}; }
  void move_alarm(AlarmId alarm, TimePoint due);
  bool rings(const Event& entry, TimePoint at);
  void enqueue(std::uint32_t alarm);
  void digest(std::uint64_t what, std::uint32_t sequence);
  static std::uint32_t target_of(NodeId to, Side from) {
    return to.value << 2 | static_cast<std::uint32_t>(from) << 1 | 1u;
  }
  static Side side_of(std::uint32_t target) { return static_cast<Side>(target >> 1 & 1u); }
  Lane& first_lane() const;
  bool run_next(TimePoint limit);
  bool run_queue_before(const Turn& turn, TimePoint limit);
  void run_lane(Lane& lane);
  template <class Item>
  Turn run_first(Ring<Item>& items);
  void run(const Delivery& delivery) { run(delivery.target, delivery.packet); }
  void run(const Wakeup& wakeup) { run(wakeup.node, wakeup.token); }
  void run(std::uint32_t target, const Packet& packet);
  void run(NodeId node, std::uint32_t token);

  DeadlineQueue<Event> queue_;
  Slab<Packet> packets_;  // in the queue
  std::vector<Alarm> alarms_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::vector<std::pair<Duration, LaneId>> lanes_after_;
  std::vector<Node*> nodes_;
  std::vector<std::string> names_;
  TimePoint now_ = kStart;
  std::uint64_t scheduled_ = 1;  // 0 is for early alarms
  std::uint64_t events_ = 0;
  EventDigest digest_;
  TraceSink* trace_ = nullptr;
  EventLog* log_ = nullptr;
};

}  // namespace stayalive
