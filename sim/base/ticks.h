// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "base/time.h"

namespace stayalive {

// The ticks in which a kernel counts time (jiffies of Linux): hz of them a second, from kStart on.
// An hz of 0 is a clock without ticks: every instant and every span is what it is.  hz is at most
// 1000.

// How long a tick is; zero without ticks.
constexpr Duration tick_length(std::uint32_t hz) {
  return hz == 0 ? Duration::zero() : Duration{1s} / hz;
}

// When the tick of this length began in which `at` lies: the latest that a kernel knows of it.
constexpr TimePoint tick_begin(TimePoint at, Duration tick) {
  if (tick == Duration::zero() || at == kNever) return at;
  return at - at.time_since_epoch() % tick;
}

// `span` in whole ticks of this length, rounded up.  span must not be negative.
constexpr Duration whole_ticks(Duration span, Duration tick) {
  if (tick == Duration::zero() || span == kForever) return span;
  const Duration over = span % tick;
  return over == Duration::zero() ? span : span + (tick - over);
}

}  // namespace stayalive
