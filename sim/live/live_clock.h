// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "base/time.h"

namespace stayalive {

// Boxes may run faster than the programs whose packets they see: so many seconds of theirs pass in
// a second of real time.  Real instants count from the start of the session, as those of boxes do.
// Lines keep real time, as kernels and programs do.
class LiveClock {
 public:
  static constexpr std::uint32_t kMostScale = 3600;

  // scale: from 1 to kMostScale.
  explicit constexpr LiveClock(std::uint32_t scale) : scale_(scale) {}

  constexpr std::uint32_t scale() const { return scale_; }
  // What the clock of the boxes shows at a real instant.
  constexpr TimePoint box(TimePoint real) const {
    Duration::rep count = 0;
    const bool beyond = __builtin_mul_overflow(real.time_since_epoch().count(),
                                               static_cast<Duration::rep>(scale_), &count);
    return beyond ? kNever : TimePoint{Duration{count}};
  }
  // The first real instant at which it shows `box` or later.
  constexpr TimePoint real(TimePoint box) const {
    if (box == kNever) return kNever;
    const Duration::rep count = box.time_since_epoch().count();
    const auto scale = static_cast<Duration::rep>(scale_);
    return TimePoint{Duration{count / scale + (count % scale > 0 ? 1 : 0)}};
  }

 private:
  std::uint32_t scale_;
};

}  // namespace stayalive
