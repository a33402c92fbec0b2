// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstdint>
#include <numeric>

#include "base/state_walk.h"
#include "strategy/http/http_status.h"

namespace stayalive {

// What became of the application messages that one side wrote.
struct MessageCounters {
  std::uint64_t sent = 0;
  std::uint64_t delivered = 0;
  std::uint64_t late = 0;    // delivered, but later than Scenario::late_after
  std::uint64_t lost = 0;    // not delivered by the end, although there was time
  std::uint64_t unsent = 0;  // due after the program had ended, or between two connections
  // Of those that ask for an answer: whose fate is known, and to which the answer has arrived.
  std::uint64_t asked = 0;
  std::uint64_t answered = 0;
  // Requests that their program gave up because the answer was overdue, the connection was lost, or
  // none came to be.
  std::uint64_t failed = 0;
  std::uint64_t repeated = 0;  // times that a request was sent again on another connection
  // Of those that ask: what a proxy answered that had no answer of the server, by kErrorStatuses.
  std::array<std::uint64_t, kErrorStatuses.size()> errors{};
  std::uint64_t duplicate = 0;  // times that the other end read one that it had read before

  // Those whose fate is known: the others may still be on their way.
  std::uint64_t due() const { return delivered + lost + unsent; }
  std::uint64_t refused() const {
    return std::accumulate(errors.begin(), errors.end(), std::uint64_t{0});
  }
  MessageCounters& operator+=(const MessageCounters& more) {
    sent += more.sent;
    delivered += more.delivered;
    late += more.late;
    lost += more.lost;
    unsent += more.unsent;
    asked += more.asked;
    answered += more.answered;
    failed += more.failed;
    repeated += more.repeated;
    duplicate += more.duplicate;
    for (std::size_t i = 0; i < errors.size(); ++i) errors[i] += more.errors[i];
    return *this;
  }
  void walk(StateWalk& walk) {
    for (std::uint64_t* counter : {&sent, &delivered, &late, &lost, &unsent, &asked, &answered,
                                   &failed, &repeated, &duplicate})
      walk.counter(*counter);
    // Fields that stand only where a proxy has ever answered so: every field takes time.
    if (refused() == 0) return;
    for (std::uint64_t& counter : errors) walk.counter(counter);
  }
};

}  // namespace stayalive
