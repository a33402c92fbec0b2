// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "base/time.h"

namespace stayalive {

// The entries of one sleeper in a queue from which nothing can be taken back.  One that comes too
// early makes somebody look when the sleeper is really due.  So there are no more than it takes:
// while one is on its way that comes early enough, no other is needed.
class WakeUps {
 public:
  // The sleeper is due then, or earlier than it was: whether it takes another entry, which is then
  // on its way.
  bool ask(TimePoint due) {
    if (due == kNever || (!times_.empty() && times_.back() <= due)) return false;
    times_.push_back(due);
    return true;
  }
  // One has come.
  void come(TimePoint now) {
    while (!times_.empty() && times_.back() <= now) times_.pop_back();
  }
  // None of them will come.
  void clear() { times_.clear(); }

 private:
  std::vector<TimePoint> times_;  // the latest first
};

}  // namespace stayalive
