// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "study/advise/interval_trials.h"

namespace stayalive {

// More is not looked for.
inline constexpr std::int64_t kMostLatePercent = 100;

// A connection whose keepalives come late, while its other timeouts stay as they are at the
// interval that its program was given.
class LateTimer {
 public:
  // Both must outlive it.  chance: whether lines lose packets or have jitter.
  LateTimer(const Subject& subject, const TrialRules& rules, bool chance, std::uint64_t most_runs);

  // Whether the connection holds when the timer of `interval` fires only after `late`: over the
  // whole span, or in short runs where chance or the program's random numbers take several.  No
  // when the program cannot be told so.
  bool holds(Duration interval, Duration late) { return holds(interval, late, most_runs_ > 1); }
  // Whether so many keepalives in a row may be lost meanwhile.
  bool bears_lost(Duration interval, Duration late, std::uint64_t lost) const;
  // By how many percent it may be late at most, where it holds when it is not late at all.
  std::int64_t most_percent(Duration interval);
  std::uint64_t runs() const { return runs_; }

 private:
  Result<Scenario> scenario(Duration interval, Duration late) const;
  bool holds(Duration interval, Duration late, bool briefly);

  const Subject& subject_;
  const TrialRules& rules_;
  bool chance_;
  std::uint64_t most_runs_;
  std::uint64_t runs_ = 0;
};

// The interval with so many percent on top, rounded up to a millisecond.
Duration late_by(Duration interval, std::int64_t percent);
// By how much the timer of these keepalives may be late on a real system: a kernel's where the
// kernel sends them, else that of a program that waits.
Duration most_late(const StrategyChoice& strategy, Duration interval);
// Whether a kernel measures the interval.
bool is_timed_by_kernel(const StrategyChoice& strategy);

}  // namespace stayalive
