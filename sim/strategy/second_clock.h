// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "base/time.h"

namespace stayalive {

// A clock that counts whole seconds, as programs read it by time(2) or by the tv_sec of
// clock_gettime(2).  phase, in [0, 1 s), is how much of a second had passed when the run began.
class SecondClock {
 public:
  explicit SecondClock(Duration phase) : phase_(phase) {}
  // What the clock shows at this instant.
  std::int64_t read(TimePoint now) const { return (now.time_since_epoch() + phase_) / 1s; }
  // The first instant at which the clock shows `second`; kNever when that is beyond all time.
  TimePoint start_of(std::int64_t second) const {
    if (second > kNever.time_since_epoch() / 1s - 1) return kNever;
    return TimePoint{Duration{second * 1s} - phase_};
  }

 private:
  Duration phase_;
};

}  // namespace stayalive
