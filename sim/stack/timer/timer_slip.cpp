// SPDX-License-Identifier: Apache-2.0
#include "stack/timer/timer_slip.h"

#include <algorithm>

namespace stayalive {

namespace {
constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
// LVL_SIZE and LVL_CLK_SHIFT of kernel/time/timer.c: 64 slots per level, each level eight times as
// coarse as the one below it, nine levels.
constexpr std::int64_t kFirstLevelTicks = 63;
constexpr unsigned kLevelShift = 3;
constexpr unsigned kLevels = 9;

std::int64_t tick(std::uint32_t hz) { return kNanosecondsPerSecond / hz; }

std::int64_t ticks_up(std::int64_t nanoseconds, std::int64_t one) {
  return nanoseconds / one + (nanoseconds % one != 0 ? 1 : 0);
}
}  // namespace

Duration whole_ticks(Duration span, std::uint32_t hz) {
  if (hz == 0) return span;
  return Duration{ticks_up(span.count(), tick(hz)) * tick(hz)};
}

TimePoint timer_due(TimePoint now, Duration span, std::uint32_t hz) {
  const TimePoint exact = later(now, span);
  if (hz == 0 || exact == kNever) return exact;
  const std::int64_t one = tick(hz);
  const std::int64_t distance = ticks_up(span.count(), one);
  const std::int64_t expires = now.time_since_epoch().count() / one + distance;
  unsigned level = 0;
  while (level + 1 < kLevels && distance >= kFirstLevelTicks << (level * kLevelShift)) ++level;
  const unsigned shift = level * kLevelShift;
  // The kernel always moves to the next slot, so that a timer cannot fire early.
  const std::int64_t slot = (expires + (std::int64_t{1} << shift)) >> shift;
  return TimePoint{Duration{(slot << shift) * one}};
}

TimePoint timer_armed(TimePoint now, Duration span, std::uint32_t hz) {
  const Duration least{hz == 0 ? 1 : 0};
  return timer_due(now, std::max(span, least), hz);
}

}  // namespace stayalive
