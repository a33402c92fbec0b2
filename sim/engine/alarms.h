// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "base/ids.h"
#include "base/state_walk.h"
#include "base/time.h"
#include "engine/alarm_entries.h"
#include "engine/event.h"
#include "engine/event_queue.h"
#include "engine/foresight.h"

namespace stayalive {

// Wake-ups that can be moved at will.  Nothing is ever taken out of the queue: an alarm that is
// moved to an earlier instant gets another entry, and an entry that comes too early is put where
// the alarm is due by then.
class Alarms {
 public:
  // queue must outlive the alarms.
  explicit Alarms(EventQueue& queue) : queue_(queue) {}

  // foresight: of the node, for an early alarm; see Speedup::add_early_alarm.  Otherwise nullptr.
  AlarmId add(NodeId node, std::uint32_t token, Foresight* foresight);
  NodeId node(AlarmId id) const { return alarms_[id.value].node; }
  std::uint32_t token(AlarmId id) const { return alarms_[id.value].token; }
  bool early(AlarmId id) const { return alarms_[id.value].foresight != nullptr; }
  // When it is due; kNever when it is off.
  TimePoint due(AlarmId id) const { return alarms_[id.value].turn.at; }
  void set(AlarmId id, const Turn& turn);
  // An entry was taken from the queue at its instant: whether its alarm rings now.  It is off then;
  // otherwise it has its place in the queue again.
  bool rings(const EventQueue::Event& entry, TimePoint now);

  // Lists when they are due.
  void walk(StateWalk& walk);
  // Puts all of them into the queue anew, after it has been put forward to `now`.
  void enqueue_all(TimePoint now);

 private:
  // Where an alarm has entries in the queue is no state: they only see to it that it rings in its
  // turn.
  struct Alarm {
    NodeId node;
    std::uint32_t token = 0;
    Turn turn;
    AlarmEntries entries;
    Foresight* foresight = nullptr;
  };
  void enqueue(AlarmId id);

  EventQueue& queue_;
  std::vector<Alarm> alarms_;
};

}  // namespace stayalive
