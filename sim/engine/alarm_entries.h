// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "base/time.h"

namespace stayalive {

// The entries that one alarm has in a queue from which nothing can be taken back.  An alarm that is
// moved to a later instant needs no other entry: the one that comes too early leads to the next.
// So there are only as many as the alarm was moved to earlier instants.
class AlarmEntries {
 public:
  // The alarm is due at `due`: whether that takes another entry, which counts from now on.
  bool need(TimePoint due) {
    if (due == kNever || (!times_.empty() && times_.back() <= due)) return false;
    times_.push_back(due);
    return true;
  }
  // Every entry up to `now` has been taken from the queue.
  void take_until(TimePoint now) {
    while (!times_.empty() && times_.back() <= now) times_.pop_back();
  }
  // The queue has lost them all.
  void clear() { times_.clear(); }

 private:
  std::vector<TimePoint> times_;  // the latest first
};

}  // namespace stayalive
