// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "run/rehearsal/detection.h"
#include "run/rehearsal/endurance.h"
#include "study/advise/constraint.h"
#include "study/advise/interval_trials.h"
#include "study/advise/late_timer.h"
#include "study/advise/today.h"

namespace stayalive {

// One end of the window of intervals that hold.
struct WindowEnd {
  IntervalTrial inside;
  // The interval one second further out, which does not hold, and why; empty where only the product
  // or the length of the runs sets the end.
  std::optional<IntervalTrial> outside;
  Constraint constraint;
};

// An interval that fails, and why.
struct Failure {
  IntervalTrial trial;
  Constraint constraint;
};

// What a search that was stopped half-way has found.
struct KnownSoFar {
  std::optional<IntervalTrial> holds;  // the longest interval that does, over the whole span
  std::optional<IntervalTrial> seems;  // a longer one that held in a few shorter runs
  std::optional<Failure> fails;        // the shortest one beyond these that does not
};

struct Recommendation {
  IntervalTrial trial;
  Endurance endurance;
  // By how much its timer may run late while its other timeouts stay; at most kMostLatePercent.
  std::int64_t late_percent = 0;
  bool full_margin = false;  // as many lost keepalives and as much slip as is wanted
  std::uint64_t wanted_lost = 0;
  bool in_time = true;  // the client notices a crashed server as soon as the user wants
  Detection detection;
};

// Which interval to use, with the evidence.
struct Advice {
  StrategyChoice strategy;
  std::string where;  // the path or the scenario, in words; for those who print it
  TrialRules rules;
  bool chance = false;
  std::uint64_t most_runs = 1;
  std::uint64_t runs = 0;
  bool interrupted = false;  // before the search was over
  KnownSoFar known;          // instead of the window, where that was not found by then

  // The window; both are there or neither is.
  std::optional<WindowEnd> least;
  std::optional<WindowEnd> most;
  // Where a kernel measures the interval and is late by up to an eighth: the longest that holds
  // even then.
  std::optional<Duration> longest_when_late;
  // Nothing ends the window from above but the longest interval that can be tried.
  bool unlimited = false;
  // Intervals that hold beyond a hole in the window; they are not used.
  std::vector<Duration> beyond_hole;
  // Of an empty window: the longest interval that fails for the first reason, and the next one,
  // which fails for another; or a single one when there is only one reason.
  // With chance: what keeps intervals that are shorter and longer than the best from holding as
  // often.
  std::vector<Failure> contradiction;
  // Of an empty window where chance is in play: the interval that held most often; empty when none
  // ever did.
  std::optional<IntervalTrial> best;
  std::optional<Recommendation> recommendation;
  // The strategy as it was asked about, without what was searched.
  StrategyChoice asked() const;
  // Options that were searched with the interval and differ from the product's own.
  std::vector<std::string> searched;
  // Then: what would be recommended with the product's own; empty when that is not in time.
  std::optional<Duration> interval_of_defaults;
  std::vector<std::string> settings_of_defaults;  // and those options with it: "interval=2s"
  std::optional<Today> today;                     // for those who print it; found by find_today()
};

struct AdviseOptions {
  TrialRules rules;
  std::optional<Duration> notice_within;  // of a crash of the server, by the client
};

// A margin that is wanted of a recommendation.
inline constexpr std::int64_t kWantedLatePercent = 10;
constexpr std::uint64_t wanted_lost(Transport transport) {
  return transport == Transport::Udp ? 2 : 1;
}

// Finds the intervals, in whole seconds, at which the connection holds, and recommends one.  The
// subject must be right at its usual interval, and its strategy have an interval.
Advice advise(const Subject& subject, const AdviseOptions& options);

// Intervals that people use, in order, from 1 s to 30 days.
std::vector<Duration> nice_intervals();

}  // namespace stayalive
