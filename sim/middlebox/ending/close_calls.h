// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <array>
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

  // A flow of the connection begins.
  void opened(ConnectionId connection) {
    if (!awaited_[index_of(connection)]) [[unlikely]]
      await(connection);
  }
  // Whether a packet that extends the life of a flow so long after its timer was started may be the
  // closest call of anybody, or of this connection.  Never false for one that is, nor for one that
  // comes in the last tick of a timer; asked of every packet.
  bool may_be(Timeout timer, Duration idle) const {
    return idle >= watch_[static_cast<std::size_t>(timer)];
  }
  bool may_be(ConnectionId connection, Duration left) const {
    return left < bounds_[index_of(connection)];
  }
  // The first of the two said that a packet may be, the second that it is not.
  void false_alarm() {
    if (++changes_ >= bounds_.size()) set_watch();
  }
  void add(ConnectionId connection, const CloseCall& call);

  // Of a single connection, or of the population that this is the first member of.
  std::optional<CloseCall> closest(ConnectionId connection) const;
  void walk(StateWalk& walk);

 private:
  static constexpr std::size_t kNowhere = ~std::size_t{0};
  // Of a single connection its number; of all others one behind.
  std::size_t index_of(ConnectionId connection) const {
    return std::min(connection.value, books_.singles);
  }
  // Where its call is kept; kNowhere where it is not.
  std::size_t place_of(ConnectionId connection) const;
  void await(ConnectionId connection);
  void set_bound(std::size_t place, Duration bound);
  void set_watch();

  const TimeoutTable& spans_;
  const Duration tick_;
  const CallBooks& books_;
  Duration least_silence_;
  // By Timeout: no packet that comes sooner after the timer was started is anybody's closest call.
  std::array<Duration, kTimeoutCount> watch_{};
  // Of the single connections, then of the populations.
  std::vector<std::optional<CloseCall>> calls_;
  // A call counts that leaves less than this: one nanosecond more than the closest so far, so that
  // another of the same instant is compared with it; when another comes later, no more than that.
  std::vector<Duration> population_bounds_;
  // Of the single connections; then of all others, the greatest.
  std::vector<Duration> bounds_;
  std::vector<bool> awaited_;  // as bounds_: whose flows have begun
  std::size_t unknown_ = 0;    // how many of those have had no call yet
  std::size_t changes_ = 0;    // of bounds, and false alarms, since the watch was set
};

}  // namespace stayalive
