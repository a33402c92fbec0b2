// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/time.h"

namespace stayalive {

// When something with this deadline is really gone: at the deadline when `interval` is zero;
// otherwise at the first multiple of `interval`, counted from kStart, at or after it.
constexpr TimePoint swept(TimePoint deadline, Duration interval) {
  if (interval <= Duration::zero() || deadline == kNever) return deadline;
  const Duration over = deadline.time_since_epoch() % interval;
  return over == Duration::zero() ? deadline : later(deadline, interval - over);
}

}  // namespace stayalive
