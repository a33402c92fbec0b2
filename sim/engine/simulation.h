// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/check.h"
#include "base/ids.h"
#include "base/state_walk.h"
#include "base/time.h"
#include "engine/alarms.h"
#include "engine/event.h"
#include "engine/event_digest.h"
#include "engine/event_log.h"
#include "engine/event_queue.h"
#include "engine/foresight.h"
#include "engine/lanes.h"
#include "engine/node.h"
#include "engine/trace.h"

namespace stayalive {

// The virtual driver: it owns the present and the order of events, and nothing else.  Events of one
// instant run in the order in which they were scheduled.  One simulation is one thread; simulations
// share nothing.
//
//   Simulation sim;
//   const NodeId box = sim.add("home router", router);  // a Node; it must outlive the simulation
//   sim.deliver_at(kStart + 10ms, box, Side::Internal, packet);
//   sim.run_until(kStart + 1h);                         // calls router.receive(...) at 10 ms
//
// What exists only for speed - lanes, early alarms, stepping - is in Speedup.
class Simulation {
 public:
  Simulation() = default;
  Simulation(const Simulation&) = delete;
  Simulation& operator=(const Simulation&) = delete;

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
  // due must not lie before now().
  void set_alarm(AlarmId alarm, TimePoint due) {
    if (alarms_.due(alarm) != due) move_alarm(alarm, due);
  }

  // Runs every event up to and including `limit`, then stands exactly at limit.  Returns how many
  // ran.
  std::uint64_t run_until(TimePoint limit);
  std::uint64_t events() const { return events_; }
  // A fingerprint of every event so far: its time, its node, its packet or token.
  std::uint64_t digest() const { return digest_.value(); }

  // The sink must outlive the simulation; nullptr switches tracing off.
  void set_trace(TraceSink* sink) { trace_ = sink; }
  bool tracing() const { return trace_ != nullptr; }
  std::size_t held_by_trace() const { return trace_ == nullptr ? 0 : trace_->held_bytes(); }
  // Call only while tracing().
  void trace(const TraceRecord& record) {
    static const std::string kNowhere;
    trace_->record(record, record.node.valid() ? name(record.node) : kNowhere);
  }

  // Lists time, what is scheduled and what the nodes keep.
  void walk(StateWalk& walk);

 private:
  friend class Speedup;

  Turn take_turn(TimePoint at) { return {at, scheduled_++}; }
  void move_alarm(AlarmId alarm, TimePoint due);
  std::uint64_t run_some(TimePoint limit, std::uint64_t most);
  bool run_next(TimePoint limit);
  bool run_queue_before(const Turn& turn, TimePoint limit);
  void run_lane(Lane& lane);
  void run(EventTarget target, const Packet& packet);
  void run(NodeId node, std::uint32_t token);
  void enter(std::uint64_t what, std::uint32_t sequence);

  EventQueue queue_;
  Alarms alarms_{queue_};
  Lanes lanes_;
  std::vector<Node*> nodes_;
  // By node; nullptr where it has none.
  std::vector<Foresight*> foresights_;
  std::vector<std::string> names_;
  TimePoint now_ = kStart;
  // Orders of turns; 0 is for early alarms.
  std::uint64_t scheduled_ = 1;
  std::uint64_t events_ = 0;
  EventDigest digest_;
  EventLog* log_ = nullptr;
  TraceSink* trace_ = nullptr;
};

}  // namespace stayalive
