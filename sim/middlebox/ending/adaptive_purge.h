// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/state_walk.h"
#include "base/time.h"
#include "middlebox/flow/flow_table.h"
#include "middlebox/profile.h"

namespace stayalive {

// pf's adaptive timeouts (pf.conf(5), adaptive.start and adaptive.end): while the table holds more
// than `start` flows, every timeout is shortened in proportion, down to zero at `end` flows.  What
// is dead by that rule is found in purges, at multiples of the profile's reap interval, or of a
// second where it has none.  Off when adaptive.end is 0.
class AdaptivePurge {
 public:
  // Both must outlive the purge.
  AdaptivePurge(const Profile& profile, const FlowTable& flows)
      : profile_(profile), flows_(flows) {}

  // When the next purge is due; kNever while the table is not crowded.
  TimePoint next() const { return next_; }
  // A flow was opened at `now`.
  void opened(TimePoint now) {
    if (crowded() && next_ == kNever) next_ = swept(later(now, Duration{1}), interval());
  }
  // The purge that was due at next() is over.
  void purged() { next_ = crowded() ? later(next_, interval()) : kNever; }
  // The first purge at or after `at`, if the table stays as full as it is; not while next() is
  // kNever.
  TimePoint purge_after(TimePoint at) const;
  // A timeout as it counts with as many flows as there are now.
  Duration scaled(Duration timeout) const;
  void clear() { next_ = kNever; }
  void walk(StateWalk& walk) { walk.instant(next_); }

 private:
  bool crowded() const {
    return profile_.adaptive.end > 0 && flows_.size() > profile_.adaptive.start;
  }
  // OpenBSD looks for dead states every second; a profile may say that a full pass takes longer.
  Duration interval() const {
    return profile_.reap_interval > Duration::zero() ? profile_.reap_interval : Duration{1s};
  }

  const Profile& profile_;
  const FlowTable& flows_;
  TimePoint next_ = kNever;
};

}  // namespace stayalive
