// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/ids.h"
#include "base/state_walk.h"
#include "base/time.h"
#include "middlebox/close_call.h"
#include "middlebox/profile.h"

namespace stayalive {

// How near the flows of one box came to expiring, for every connection of the run and, together,
// for all members of a population: of the packets that extended the life of a flow, the one that
// found least of it left.
//
// A packet counts that comes at least a second after the one that extended the flow's life before
// it, or after half of the flow's timer where that is shorter.  What follows sooner belongs to the
// same exchange, and leaves more than half: without this rule the answer to a SYN would be the
// closest call of most connections.
//
// Books: nothing is decided by it.
class CloseCalls {
 public:
  // Both must outlive it.
  CloseCalls(const Profile& profile, const CallBooks& books);

  // The shortest time between two packets after which the second one may count; silence_of() says
  // it for the timer that was running.
  Duration least_silence() const { return least_silence_; }
  static Duration silence_of(Duration timeout) { return std::min(Duration{1s}, timeout / 2); }

  // Whether a packet of this connection that comes with so much of a flow's life left may be its
  // closest call.  Never false for one that is.
  bool may_be(ConnectionId connection, Duration left) const {
    return left < bounds_[std::min(connection.value, books_.singles)];
  }
  void add(ConnectionId connection, const CloseCall& call);

  // Of a single connection, or of the population that this is the first member of.
  std::optional<CloseCall> closest(ConnectionId connection) const;
  void walk(StateWalk& walk);

 private:
  static constexpr std::size_t kNowhere = ~std::size_t{0};
  // Where its call is kept; kNowhere where it is not.
  std::size_t place_of(ConnectionId connection) const;
  void set_bound(std::size_t place, Duration bound);

  const CallBooks& books_;
  Duration least_silence_;
  // Of the single connections, then of the populations.
  std::vector<std::optional<CloseCall>> calls_;
  // A call counts that leaves less than this: one nanosecond more than the closest so far, so that
  // another of the same instant is compared with it; when another comes later, no more than that.
  std::vector<Duration> population_bounds_;
  // Of the single connections; then of all others, the greatest.
  std::vector<Duration> bounds_;
};

}  // namespace stayalive
