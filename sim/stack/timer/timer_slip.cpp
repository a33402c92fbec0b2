// SPDX-License-Identifier: Apache-2.0
#include "stack/timer/timer_slip.h"

#include <algorithm>

#include "base/ticks.h"

namespace stayalive {

namespace {
// LVL_SIZE and LVL_CLK_SHIFT of kernel/time/timer.c: 64 slots per level, each level eight times as
// coarse as the one below it, nine levels.
constexpr std::int64_t kFirstLevelTicks = 63;
constexpr unsigned kLevelShift = 3;
constexpr unsigned kLevels = 9;

std::int64_t ticks_up(std::int64_t nanoseconds, std::int64_t one) {
  return nanoseconds / one + (nanoseconds % one != 0 ? 1 : 0);
}

// How many ticks wide, as a power of two, the slots are in which a timer lies that is so many ticks
// away.
unsigned slot_shift(std::int64_t distance) {
  unsigned level = 0;
  while (level + 1 < kLevels && distance >= kFirstLevelTicks << (level * kLevelShift)) ++level;
  return level * kLevelShift;
}

// Of a program that waits.
constexpr std::int64_t kWaitAccuracy = 1000;  // one part in so many
constexpr Duration kLeastWaitSlack = 50us;
constexpr Duration kMostWaitSlack = 100ms;
}  // namespace

TimePoint timer_due(TimePoint now, Duration span, std::uint32_t hz) {
  const TimePoint exact = later(now, span);
  if (hz == 0 || exact == kNever) return exact;
  const std::int64_t one = tick_length(hz).count();
  const std::int64_t distance = ticks_up(span.count(), one);
  const std::int64_t expires = now.time_since_epoch().count() / one + distance;
  const unsigned shift = slot_shift(distance);
  // The kernel always moves to the next slot, so that a timer cannot fire early.
  const std::int64_t slot = (expires + (std::int64_t{1} << shift)) >> shift;
  return TimePoint{Duration{(slot << shift) * one}};
}

TimePoint timer_armed(TimePoint now, Duration span, std::uint32_t hz) {
  const Duration least{hz == 0 ? 1 : 0};
  return timer_due(now, std::max(span, least), hz);
}

Duration most_late(Duration span, TimedBy timed_by, std::uint32_t hz) {
  if (span == kForever) return Duration::zero();
  if (timed_by == TimedBy::Program)
    return std::clamp(span / kWaitAccuracy, kLeastWaitSlack, kMostWaitSlack);
  if (hz == 0) return Duration::zero();
  // Latest when `now` is on a tick and the timer's last tick is the first of a slot.
  const std::int64_t one = tick_length(hz).count();
  const std::int64_t distance = ticks_up(span.count(), one);
  return Duration{(distance + (std::int64_t{1} << slot_shift(distance))) * one} - span;
}

}  // namespace stayalive
