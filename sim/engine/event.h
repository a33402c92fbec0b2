// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "base/ids.h"
#include "base/state_walk.h"
#include "base/time.h"
#include "net/side.h"

namespace stayalive {

// When an event runs: earlier instants first, and at one instant what was scheduled first.
struct Turn {
  TimePoint at = kNever;
  std::uint64_t order = 0;

  bool before(const Turn& other) const { return number() < other.number(); }
  void walk(StateWalk& walk) {
    walk.instant(at);
    if (at != kNever) walk.order(order);  // what never comes has no place
  }

 private:
  // As one number, so that comparing takes no branch: which of two comes first is as good as
  // random.
  __extension__ typedef unsigned __int128 Number;
  Number number() const { return static_cast<Number>(at.time_since_epoch().count()) << 64 | order; }
};

// What an event is for: a node that is woken, a node that a packet reaches on one of its sides, or
// an alarm.  The value of the first two is part of the digest.
struct EventTarget {
  std::uint32_t value = 0;  // node << 2 | side << 1 | is a packet

  static EventTarget wake_up(NodeId node) { return {node.value << 2}; }
  static EventTarget packet(NodeId to, Side from) {
    return {to.value << 2 | static_cast<std::uint32_t>(from) << 1 | 1u};
  }
  // A wake-up comes from no side, so this is none.
  static EventTarget alarm() { return {2}; }

  bool is_packet() const { return (value & 1u) != 0; }
  bool is_alarm() const { return value == alarm().value; }
  NodeId node() const { return NodeId{value >> 2}; }
  Side side() const { return static_cast<Side>(value >> 1 & 1u); }
};

}  // namespace stayalive
