// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "base/state_walk.h"
#include "base/time.h"

namespace stayalive {

// Who tolerates only so many pings of its peer, as gRPC proposal A8 says: one that comes sooner
// than the least interval after the last good one is a strike, what this end itself sends wipes the
// strikes out, and one more than `most` is too many.
class PingStrikes {
 public:
  explicit PingStrikes(std::uint32_t most = 2) : most_(most) {}

  void reset() { *this = PingStrikes(most_); }
  void wipe() { strikes_ = 0; }
  // A ping has come; false when it is one too many.  least: zero tolerates all.
  bool tolerates(TimePoint now, Duration least) {
    if (least == Duration::zero()) return true;
    if (!judged_ || now >= later(good_, least)) {
      judged_ = true;
      good_ = now;
      return true;
    }
    return ++strikes_ <= most_;
  }
  // longest: the longest of the least intervals.
  void walk(StateWalk& walk, Duration longest) {
    walk.still(judged_, strikes_);
    walk.past(good_, longest);
  }

 private:
  std::uint32_t most_;
  std::uint32_t strikes_ = 0;
  bool judged_ = false;  // whether a ping has come
  TimePoint good_;       // the last that was none
};

}  // namespace stayalive
