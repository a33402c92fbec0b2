// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

#include "base/check.h"
#include "base/ids.h"
#include "base/time.h"
#include "engine/event_log.h"
#include "engine/simulation.h"

namespace stayalive {

// What a simulation offers only for speed.  Nodes see the same packets at the same instants and in
// the same order without it; the digest counts the wake-ups that early alarms save.
//
//   Speedup fast(sim);
//   const LaneId line = fast.lane_after(10ms);
//   fast.deliver_after(line, box, Side::Internal, packet);  // as sim.deliver_at(sim.now() + 10ms,
//                                                           // box, Side::Internal, packet)
class Speedup {
 public:
  // sim must outlive this.
  explicit Speedup(Simulation& sim) : sim_(sim) {}

  // A lane is a first-in-first-out for events that come in the order in which they are scheduled,
  // which costs a fraction of the queue.  It carries packets, or wake-ups, but not both.
  LaneId add_lane() { return sim_.lanes_.add(); }
  // The lane of packets that all come this long after they were put on it, and takes nothing else.
  LaneId lane_after(Duration delay) { return sim_.lanes_.after(delay); }
  // As Simulation::deliver_at; at must not lie before the time of the last event put on the same
  // lane either.
  void deliver_on(LaneId id, TimePoint at, NodeId to, Side from, const Packet& packet) {
    Lane& lane = sim_.lanes_[id];
    CHECK(at >= sim_.now_ && at >= lane.last(),
          "a lane is in order, and nothing before the present");
    if (at == kNever) return;
    lane.set_last(at);
    lane.put(sim_.take_turn(at), EventTarget::packet(to, from), packet);
  }
  // On a lane of lane_after(): comes when its time is over, never if that is kNever.
  void deliver_after(LaneId id, NodeId to, Side from, const Packet& packet) {
    Lane& lane = sim_.lanes_[id];
    const TimePoint at = later(sim_.now_, lane.delay());
    if (at == kNever) [[unlikely]]
      return;
    lane.put(sim_.take_turn(at), EventTarget::packet(to, from), packet);
  }
  // As Simulation::wake_at; what comes before the last event put on the same lane waits with all
  // other events.
  void wake_on(LaneId id, TimePoint at, NodeId node, std::uint32_t token) {
    Lane& lane = sim_.lanes_[id];
    if (at < lane.last() || at == kNever) [[unlikely]]
      return sim_.wake_at(at, node, token);
    CHECK(at >= sim_.now_, "nothing is scheduled before the present");
    lane.set_last(at);
    lane.put(sim_.take_turn(at), node, token);
  }

  // Tells a node with Foresight of a packet just put on this lane, if so many come before it that
  // what it will need may lie far away by then.
  void announce(LaneId lane, NodeId to, Side from, const Packet& packet) const {
    constexpr std::size_t kFar = 8;
    if (sim_.lanes_[lane].packets() <= kFar) return;
    if (const Foresight* node = sim_.foresights_[to.value]) node->foresee(from, packet);
  }
  // An alarm of a node with Foresight that is set for when it rings at the earliest.  It asks its
  // node then for its sure_deadline(), and rings before all else at its instant.
  AlarmId add_early_alarm(NodeId node, std::uint32_t token);

  // As Simulation::run_until, but no more than `most` events: after so many it stands where the
  // last one was.
  std::uint64_t run_some(TimePoint limit, std::uint64_t most) { return sim_.run_some(limit, most); }
  // Every event is noted there from now on; nullptr ends that.  The log must outlive the
  // simulation.
  void set_log(EventLog* log) { sim_.log_ = log; }
  // The events just run have been `earlier` and then `later`, alike and each a period after the
  // other: takes `times` more such periods as run, for the fingerprint only.
  void repeat(std::span<const LoggedEvent> earlier, std::span<const LoggedEvent> later,
              std::uint64_t times);

 private:
  Simulation& sim_;
};

}  // namespace stayalive
