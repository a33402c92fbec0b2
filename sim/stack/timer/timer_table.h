// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>

#include "base/state_walk.h"
#include "base/time.h"

namespace stayalive {

// One deadline per value of an enum whose values count up from 0; kNever means "not armed".
template <class Timer, std::size_t kCount>
class TimerTable {
 public:
  TimerTable() { deadlines_.fill(kNever); }
  void set(Timer timer, TimePoint at) { deadlines_[index(timer)] = at; }
  void clear(Timer timer) { set(timer, kNever); }
  void clear() { deadlines_.fill(kNever); }
  TimePoint at(Timer timer) const { return deadlines_[index(timer)]; }
  bool armed(Timer timer) const { return at(timer) != kNever; }
  TimePoint earliest() const { return *std::min_element(deadlines_.begin(), deadlines_.end()); }
  // The timer that is due first; the lower value among equals.  Meaningless when none is armed.
  Timer first() const {
    return static_cast<Timer>(std::min_element(deadlines_.begin(), deadlines_.end()) -
                              deadlines_.begin());
  }
  void walk(StateWalk& walk) {
    for (TimePoint& deadline : deadlines_) walk.instant(deadline);
  }

 private:
  static std::size_t index(Timer timer) { return static_cast<std::size_t>(timer); }
  std::array<TimePoint, kCount> deadlines_;
};

}  // namespace stayalive
