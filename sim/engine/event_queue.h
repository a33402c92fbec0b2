// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "base/ids.h"
#include "base/slab.h"
#include "base/state_walk.h"
#include "base/time.h"
#include "engine/deadline_queue.h"
#include "engine/event.h"
#include "net/packet.h"

namespace stayalive {

// Events that are scheduled in any order of time.  They come in their turn.
class EventQueue {
 public:
  struct Event {
    EventTarget target;
    std::uint32_t token = 0;  // of a wake-up, the handle of a packet, or the number of an alarm
    std::uint64_t order = 0;
  };
  using Entry = DeadlineQueue<Event>::Entry;

  // A turn must not lie before the last one taken.
  void add(const Turn& turn, EventTarget target, const Packet& packet) {
    queue_.push(turn.at, {target, packets_.add(packet), turn.order});
  }
  void add(const Turn& turn, NodeId node, std::uint32_t token) {
    queue_.push(turn.at, {EventTarget::wake_up(node), token, turn.order});
  }
  // Entries of alarms are no events; whoever takes one asks Alarms::rings().
  void add(const Turn& turn, AlarmId alarm) {
    queue_.push(turn.at, {EventTarget::alarm(), alarm.value, turn.order});
  }

  // No entry is due before this; kNever when there is none.
  TimePoint lower_bound() const { return queue_.lower_bound(); }
  // Whether the first entry is due by the limit and comes before this turn.
  bool has_before(const Turn& turn, TimePoint limit) {
    const Entry* first = queue_.first_until(std::min(turn.at, limit));
    return first != nullptr && !turn.before({first->at, first->item.order});
  }
  // Takes the first entry, after has_before() said that there is one.
  Entry take() { return queue_.pop(); }
  // The packet of an entry that was taken; once.
  Packet take_packet(const Event& event) {
    const Packet packet = packets_[event.token];
    packets_.remove(event.token);
    return packet;
  }

  // Lists the events.  Where their instants are put forward, the entries of alarms are lost.
  void walk(StateWalk& walk) {
    const auto hidden = [](const Event& event) { return event.target.is_alarm(); };
    queue_.walk(walk, hidden, [&](Event& event) {
      walk.order(event.order);
      walk.still(event.target);
      if (!event.target.is_packet()) return walk.still(event.token);
      stayalive::walk(walk, packets_[event.token]);
    });
  }

 private:
  DeadlineQueue<Event> queue_;
  Slab<Packet> packets_;
};

}  // namespace stayalive
