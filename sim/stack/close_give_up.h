// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string_view>

#include "base/time.h"

namespace stayalive {

// How near an end came to giving its connection up although it did not: a wait under one of its
// limits, as it stood when something arrived that ended it.  Books: nothing is decided by it.
struct CloseGiveUp {
  // What would have ended the connection, as the option or the kernel's setting is named:
  // "server_alive_count_max", "keepalive_count", "retries2".
  std::string_view limit;
  // Pings, probes or transmissions of the oldest segment that had remained without an answer; where
  // only silence is measured, the peer's pings that were overdue.
  std::uint32_t unanswered = 0;
  // Until it would have given up, had nothing arrived and the program written nothing more.  Zero
  // when the packet came at that very instant.
  Duration left{};
  // For how long nothing had come that the limit counts; of a retransmission: since the first one.
  Duration waited{};
  TimePoint at{};  // when it came; set by the Ledger

  // Whether a wait is more than an answer takes: a second attempt was made, or, where one is all
  // there is, half of the time for its answer is over.  since: then the last one was made.
  static bool counts(std::uint32_t unanswered, Duration since, Duration left) {
    return unanswered >= 2 || (unanswered == 1 && since >= left);
  }
  friend bool operator==(const CloseGiveUp&, const CloseGiveUp&) = default;
};

}  // namespace stayalive
