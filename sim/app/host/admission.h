// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstdint>

#include "base/state_walk.h"
#include "base/time.h"

namespace stayalive {

// How connections came into a server that has room for so many only.  Books.
struct Admission {
  std::uint64_t accepted = 0;      // to be served
  std::uint64_t waited = 0;        // of these, those that waited in the accept queue before
  Duration longest_wait{};         // of those that were accepted, or are still waiting at the end
  std::uint64_t waiting = 0;       // in the accept queue now
  std::uint64_t left_waiting = 0;  // were gone before they were accepted
  std::uint64_t turned_away = 0;   // accepted and closed at once
  std::uint64_t closed_idle = 0;   // closed to make room for others
  std::uint64_t dropped_syns = 0;  // the queue was full
  std::uint64_t ignored = 0;       // segments that would have ended a handshake: likewise
  TimePoint last_dropped_at{};     // of both
  TimePoint last_left_waiting_at{};

  // Connections that were established, in the eyes of the server's kernel.
  std::uint64_t came_in() const { return accepted + waiting + left_waiting + turned_away; }

  Admission& operator+=(const Admission& more) {
    accepted += more.accepted;
    waited += more.waited;
    longest_wait = std::max(longest_wait, more.longest_wait);
    waiting += more.waiting;
    left_waiting += more.left_waiting;
    turned_away += more.turned_away;
    closed_idle += more.closed_idle;
    dropped_syns += more.dropped_syns;
    ignored += more.ignored;
    last_dropped_at = std::max(last_dropped_at, more.last_dropped_at);
    last_left_waiting_at = std::max(last_left_waiting_at, more.last_left_waiting_at);
    return *this;
  }

  void walk(StateWalk& walk) {
    for (std::uint64_t* count :
         {&accepted, &waited, &left_waiting, &turned_away, &closed_idle, &dropped_syns, &ignored})
      walk.counter(*count);
    walk.still(longest_wait, waiting);
    walk.past(last_dropped_at);
    walk.past(last_left_waiting_at);
  }
};

}  // namespace stayalive
