// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "base/random.h"
#include "strategy/message.h"

namespace stayalive {

// What may move an end's next ping.
enum class PingEvent : std::uint8_t {
  Opened,    // the connection is there
  Pinged,    // the end has sent a ping, which is not Sent, too
  Skipped,   // a ping was due, and the end has sent none
  Sent,      // it has sent anything else
  Received,  // it has received anything
};

inline constexpr std::size_t kPingEvents = 5;

// When the ends of a connection ping, and what puts the next ping off.  A value: whole programs and
// members of a population follow the same one.
struct PingRules {
  // What an end remembers of its pings.
  struct Memory {
    TimePoint pinged;              // when it sent the last one
    std::uint32_t unanswered = 0;  // how many were sent since anything was received
  };

  std::array<bool, 2> pings{};  // by Role: whether this end pings at all
  bool answered = true;         // whether a ping asks for an answer
  bool put_off_by_sent = true;
  bool put_off_by_received = false;
  std::array<Duration, 2> interval{60s, 60s};  // by Role: from one ping to the next
  Duration jitter{};  // each wait is shorter by up to so much; shorter than any interval
  // From a ping that waits for an answer to the next one; zero: as after any other.
  Duration retry_interval{};
  std::uint32_t retry_growth = 100;  // each further such wait, in percent of the one before it
  Duration retry_most = kForever;    // no such wait is longer
  std::uint32_t bytes = 2;           // of a ping
  std::uint32_t answer_bytes = 2;    // of an answer

  // Whether the event can ever move the end's next ping, whatever it remembers.
  bool may_move(Role role, PingEvent event) const {
    if (!pings[index(role)]) return false;
    if (event == PingEvent::Sent) return put_off_by_sent;
    if (event == PingEvent::Received) return put_off_by_received || retries_quickly();
    return true;
  }

  // When the end pings next, after `event` at `now`; empty when the event leaves that as it is.
  // memory: from before the event.  Draws from `waits` only when there is jitter and a wait begins.
  // Inlined, because where the event is known little is left of it, and populations ask often.
  [[gnu::always_inline]] inline std::optional<TimePoint> next_ping(Role role, PingEvent event,
                                                                   TimePoint now,
                                                                   const Memory& memory,
                                                                   Random& waits) const {
    if (!may_move(role, event)) return std::nullopt;
    const bool retries = retries_quickly();
    const bool waiting = memory.unanswered > 0;
    switch (event) {
      case PingEvent::Opened:
      case PingEvent::Skipped:
        return wait_from(role, now, waits);
      case PingEvent::Pinged:
        return retries ? later(now, retry_wait(memory.unanswered)) : wait_from(role, now, waits);
      case PingEvent::Sent:
        // What waits for an answer goes on waiting, however busy this end is.
        if (waiting && retries) return std::nullopt;
        return wait_from(role, now, waits);
      case PingEvent::Received:
        if (put_off_by_received) return wait_from(role, now, waits);
        // The answer ends the quick retries; the schedule goes on from the last ping.
        if (waiting && retries) return std::max(now, wait_from(role, memory.pinged, waits));
        return std::nullopt;
    }
    return std::nullopt;
  }

 private:
  bool retries_quickly() const { return answered && retry_interval > Duration::zero(); }
  TimePoint wait_from(Role role, TimePoint begin, Random& waits) const {
    return later(begin, interval[index(role)] - waits.up_to(jitter));
  }
  // After a ping, when so many before it are unanswered.
  Duration retry_wait(std::uint32_t unanswered) const {
    constexpr Duration kLongest = 8784h;
    Duration wait = retry_interval;
    for (std::uint32_t i = 0; i < unanswered && retry_growth != 100 && wait < kLongest; ++i) {
      wait = wait / 100 * retry_growth;
    }
    return std::min(wait, retry_most);
  }
};

// The first instant, not before `due`, at which an end looks that looks so often and at this
// instant, among others.
constexpr TimePoint first_look(TimePoint due, TimePoint look, Duration every) {
  if (due == kNever) return due;
  const Duration ahead = due - look;
  std::int64_t looks = ahead / every;
  if (looks * every < ahead) ++looks;
  return looks < 0 ? look + looks * every : later(look, looks * every);
}

}  // namespace stayalive
