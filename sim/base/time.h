// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <chrono>
#include <cstdint>

// Virtual time: integer nanoseconds since the start of a run.  The clock has no now(): time is
// always an argument, so nothing below the drivers can read a clock by mistake.
namespace stayalive {

using namespace std::chrono_literals;

struct SimClock {
  using duration = std::chrono::duration<std::int64_t, std::nano>;
  using rep = duration::rep;
  using period = duration::period;
  using time_point = std::chrono::time_point<SimClock>;
  static constexpr bool is_steady = true;
};
using Duration = SimClock::duration;
using TimePoint = SimClock::time_point;

// The instant a run begins.
inline constexpr TimePoint kStart{};
// "It will not happen by itself": later than every other instant.
inline constexpr TimePoint kNever = TimePoint::max();
// A span without end, for limits that are switched off.
inline constexpr Duration kForever = Duration::max();

// now + span, saturating at kNever instead of overflowing.  span must not be negative.
constexpr TimePoint later(TimePoint now, Duration span) {
  Duration::rep sum = 0;
  const bool beyond = __builtin_add_overflow(now.time_since_epoch().count(), span.count(), &sum);
  return beyond ? kNever : TimePoint{Duration{sum}};
}

}  // namespace stayalive
