// SPDX-License-Identifier: Apache-2.0
#include "study/advise/late_timer.h"

#include <algorithm>

#include "run/rehearsal/endurance.h"
#include "stack/timer/timer_slip.h"
#include "strategy/strategy.h"
#include "study/trials/confidence.h"
#include "study/trials/trials.h"

namespace stayalive {
namespace {

constexpr std::uint64_t kLateRuns = 8;
constexpr int kLateKeepalives = 12;
constexpr Duration kLateSpan = 20min;

Duration up_to_unit(Duration span, Duration unit) { return (span + unit - 1ns) / unit * unit; }

constexpr Duration kFinest = 1ms;

}  // namespace

Duration late_by(Duration interval, std::int64_t percent) {
  return interval + up_to_unit(interval / 100 * percent, kFinest);
}

bool is_timed_by_kernel(const StrategyChoice& strategy) {
  return keepalives_timed_by(*strategy.product->strategy, strategy.options) == TimedBy::Kernel;
}

Duration most_late(const StrategyChoice& strategy, Duration interval) {
  return most_late(interval, is_timed_by_kernel(strategy) ? TimedBy::Kernel : TimedBy::Program);
}

LateTimer::LateTimer(const Subject& subject, const TrialRules& rules, bool chance,
                     std::uint64_t most_runs)
    : subject_(subject),
      rules_(rules),
      chance_(chance),
      most_runs_(std::min(most_runs, kLateRuns)) {}

Result<Scenario> LateTimer::scenario(Duration interval, Duration late) const {
  StrategyChoice fixed = subject_.strategy;
  fixed.options = fixed.at(interval);
  for (const Product::Follower& follower : fixed.product->followers) {
    fixed.given.emplace(follower.option->key);
  }
  Result<Scenario> made = subject_.at(late, fixed);
  if (made.ok()) return made;
  return subject_.at(up_to_unit(late, 1s), fixed);  // where the product counts in seconds
}

bool LateTimer::holds(Duration interval, Duration late, bool briefly) {
  Result<Scenario> made = scenario(interval, late);
  if (!made.ok()) return false;
  Scenario tried = std::move(made).value();
  tried.duration = rules_.survive;
  // Where nothing is drawn, the phases of somebody's clock show only after a while, and a run that
  // repeats itself costs little.
  if (briefly) {
    tried.duration =
        std::min(tried.duration, std::max<Duration>(kLateKeepalives * late, kLateSpan));
  }
  JobOptions jobs;
  jobs.threads = rules_.threads;
  jobs.stop = rules_.stop;
  jobs.leave = rules_.leave;
  const Tally tally = run_trials(tried, most_runs_, jobs)[subject_.connection];
  runs_ += tally.runs;
  if (!chance_) return tally.runs > 0 && tally.held == tally.runs;
  // So few runs cannot show that it holds, only that it does not.
  const double target = static_cast<double>(rules_.target_millionths) / 1e6;
  return confidence(tally.held, tally.runs).high >= target;
}

bool LateTimer::bears_lost(Duration interval, Duration late, std::uint64_t lost) const {
  if (lost == 0) return true;
  const Result<Scenario> made = scenario(interval, late);
  if (!made.ok()) return false;
  const Experiment experiment(made.value(), subject_.connection, late, false, rules_.leave);
  return experiment.lives() && stayalive::bears_lost(experiment, lost);
}

std::int64_t LateTimer::most_percent(Duration interval) {
  std::int64_t good = 0;
  std::int64_t bad = kMostLatePercent + 1;
  while (bad - good > 1) {
    const std::int64_t between = (good + bad) / 2;
    (holds(interval, late_by(interval, between)) ? good : bad) = between;
  }
  // Where only the program is random, what held in short runs has to hold over the whole span.
  if (most_runs_ > 1 && !chance_) {
    while (good > 0 && !holds(interval, late_by(interval, good), false)) --good;
  }
  return good;
}

}  // namespace stayalive
