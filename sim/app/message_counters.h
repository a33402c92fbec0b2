// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "base/state_walk.h"

namespace stayalive {

// What became of the application messages that one side wrote.
struct MessageCounters {
  std::uint64_t sent = 0;
  std::uint64_t delivered = 0;
  std::uint64_t late = 0;    // delivered, but later than Scenario::late_after
  std::uint64_t lost = 0;    // not delivered by the end, although there was time
  std::uint64_t unsent = 0;  // due after the program had ended

  MessageCounters& operator+=(const MessageCounters& more) {
    sent += more.sent;
    delivered += more.delivered;
    late += more.late;
    lost += more.lost;
    unsent += more.unsent;
    return *this;
  }
  void walk(StateWalk& walk) {
    for (std::uint64_t* counter : {&sent, &delivered, &late, &lost, &unsent})
      walk.counter(*counter);
  }
};

}  // namespace stayalive
