// SPDX-License-Identifier: Apache-2.0
#include "study/advise/interval_trials.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <stop_token>
#include <utility>
#include <variant>
#include <vector>

#include "base/check.h"
#include "base/text.h"
#include "run/run.h"
#include "scenario/json/json_value.h"
#include "study/trials/chance.h"
#include "study/trials/job_pool.h"

namespace stayalive {
namespace {

constexpr std::uint64_t kBriefRuns = 8;
constexpr int kBriefKeepalives = 12;
constexpr Duration kBriefSpan = 20min;
constexpr int kMediumKeepalives = 1000;
// Runs that are so much shorter are made before those of the whole span.
constexpr int kShorter = 4;

JsonValue json_value(const std::string& text) {
  const SourceText source(text, "strategy");
  std::vector<Diagnostic> errors;
  std::optional<JsonValue> value = parse_json(source, errors);
  CHECK(value && errors.empty(), "a strategy is written as right JSON");
  return std::move(*value);
}

}  // namespace

Result<Scenario> Subject::at(Duration interval, const StrategyChoice& choice) const {
  const std::string place = "/connections/" + std::to_string(connection);
  const std::vector<Replacement> replacements{
      {place + "/strategy", json_value(choice.json(interval)), "the strategy"},
      {place + "/transport", json_value(fmt::format("\"{}\"", name(choice.transport))),
       "the strategy"}};
  Result<Scenario> made = document.scenario(replacements, parse);
  if (!made.ok()) return made;
  Scenario scenario = std::move(made).value();
  if (seed) scenario.seed = *seed;
  scenario.expectations.clear();
  return scenario;
}

IntervalTrials::IntervalTrials(const Subject& subject, TrialRules rules)
    : subject_(subject),
      rules_(std::move(rules)),
      test_(static_cast<double>(rules_.target_millionths) / 1e6) {
  const Result<Scenario> scenario = subject.at(subject.strategy.usual());
  CHECK(scenario.ok(), "a subject is right at its usual interval");
  chance_ = has_chance_on_lines(scenario.value());
  if (!chance_) {
    if (depends_on_chance(scenario.value())) most_runs_ = kBriefRuns;
    return;
  }
  most_runs_ = std::max(test_.most_runs(), kBriefRuns);
}

Duration IntervalTrials::brief_span(Duration interval) const {
  return std::min(std::max<Duration>(kBriefKeepalives * interval, kBriefSpan), rules_.survive);
}

const IntervalTrial& IntervalTrials::brief(Duration interval) {
  auto found = brief_.find(interval);
  if (found != brief_.end()) return found->second;
  IntervalTrial trial = begin(interval, brief_span(interval));
  go_on(trial, std::min(most_runs_, kBriefRuns), most_runs_);
  // So few runs cannot show that it holds, but longer ones are for that.
  if (trial.answer == IntervalTrial::Answer::Undecided) trial.answer = IntervalTrial::Answer::Holds;
  return brief_.emplace(interval, std::move(trial)).first->second;
}

const IntervalTrial& IntervalTrials::medium(Duration interval, std::uint64_t enough) {
  const IntervalTrial& short_one = brief(interval);
  if (!short_one.holds()) return short_one;
  const Duration span = std::max<Duration>(kMediumKeepalives * interval, kBriefSpan);
  return over(interval, std::min(span, rules_.survive), enough);
}

const IntervalTrial& IntervalTrials::full(Duration interval, std::uint64_t enough) {
  const IntervalTrial& short_one = brief(interval);
  if (!short_one.holds()) return short_one;
  // What fails in its first part fails: the same seeds show soon what often goes wrong early.
  const Duration first_part = brief_span(interval);
  if (chance_ && kShorter * first_part <= rules_.survive) {
    const IntervalTrial& early = over(interval, first_part, kGlance);
    if (!early.may_hold()) return early;
  }
  return over(interval, rules_.survive, enough);
}

const IntervalTrial& IntervalTrials::over(Duration interval, Duration span, std::uint64_t enough) {
  auto found = long_.find({interval, span});
  if (found == long_.end())
    found = long_.emplace(std::pair{interval, span}, begin(interval, span)).first;
  go_on(found->second, most_runs_, enough);
  return found->second;
}

IntervalTrial IntervalTrials::begin(Duration interval, Duration span) const {
  IntervalTrial trial;
  trial.interval = interval;
  trial.span = span;
  trial.answer = IntervalTrial::Answer::Unknown;
  const Result<Scenario> made = subject_.at(interval);
  if (made.ok()) return trial;
  trial.answer = IntervalTrial::Answer::Refused;
  trial.refusal = made.errors().front().message;
  return trial;
}

void IntervalTrials::go_on(IntervalTrial& trial, std::uint64_t most_runs, std::uint64_t enough) {
  const auto is_enough = [&] { return trial.may_hold() && trial.tally.runs >= enough; };
  if (trial.answer != IntervalTrial::Answer::Unknown || is_enough()) return;
  Scenario scenario = subject_.at(trial.interval).value();
  scenario.duration = trial.span;
  const std::uint64_t before = trial.tally.runs;
  run_in_order(scenario, most_runs, enough, trial);
  runs_ += trial.tally.runs - before;
  using Judged = SequentialTest::Answer;
  using Answer = IntervalTrial::Answer;
  const Judged judged = judge(trial.tally);
  const bool stopped = judged == Judged::Open && trial.tally.runs < most_runs;
  trial.answer = judged == Judged::Holds   ? Answer::Holds
                 : judged == Judged::Fails ? Answer::Fails
                 : stopped                 ? Answer::Unknown
                                           : Answer::Undecided;
}

void IntervalTrials::run_in_order(const Scenario& scenario, std::uint64_t most_runs,
                                  std::uint64_t enough, IntervalTrial& trial) {
  const std::uint64_t first = trial.tally.runs;
  std::mutex mutex;
  std::map<std::uint64_t, ConnectionReport> waiting;  // for the run before them
  std::stop_source decided;
  const std::stop_callback forward(rules_.leave, [&decided] { decided.request_stop(); });
  const auto take = [&](std::uint64_t run, ConnectionReport report) {
    const std::lock_guard lock(mutex);
    if (decided.stop_requested()) return;  // the run may not have come to its end
    waiting.emplace(run, std::move(report));
    while (judge(trial.tally) == SequentialTest::Answer::Open &&
           !(trial.may_hold() && trial.tally.runs >= enough)) {
      const auto next = waiting.find(trial.tally.runs);
      if (next == waiting.end()) return tell(trial);
      const ConnectionReport its = std::move(waiting.extract(next).mapped());
      trial.tally.add(its, scenario.duration, scenario.seed + trial.tally.runs);
      if (!trial.failure && !held(its)) trial.failure = its;
    }
    decided.request_stop();
  };
  tell(trial);
  JobOptions options;
  options.threads = rules_.threads;
  options.stop = rules_.stop;
  options.leave = decided.get_token();
  run_jobs(
      most_runs - first,
      [&](std::size_t job) {
        RunReport report =
            run(scenario, {.seed = scenario.seed + first + job, .stop = decided.get_token()});
        take(first + job, std::move(report.connections[subject_.connection]));
      },
      options);
}

SequentialTest::Answer IntervalTrials::judge(const Tally& tally) const {
  using Answer = SequentialTest::Answer;
  if (chance_) return test_.answer(tally.held, tally.runs);
  if (tally.held < tally.runs) return Answer::Fails;
  return tally.runs < most_runs_ ? Answer::Open : Answer::Holds;
}

void IntervalTrials::tell(const IntervalTrial& trial) const {
  if (!rules_.progress) return;
  std::string what =
      fmt::format("{} over {}", print_duration(trial.interval), print_duration(trial.span));
  if (trial.tally.runs > 0) what += fmt::format(", {} runs so far", trial.tally.runs);
  rules_.progress(what);
}

IntervalTrials::Known IntervalTrials::known() const {
  Known known;
  const auto end = [](const IntervalTrial* trial) {
    return trial == nullptr ? Duration::zero() : trial->interval;
  };
  const auto refuted = [this](Duration interval) {
    return std::any_of(long_.begin(), long_.end(), [&](const auto& entry) {
      const IntervalTrial& trial = entry.second;
      return trial.interval == interval && !trial.holds() &&
             trial.answer != IntervalTrial::Answer::Unknown;
    });
  };
  for (const auto& [key, trial] : long_) {
    if (trial.holds() && trial.span == rules_.survive) known.holds = &trial;
  }
  for (const auto& [interval, trial] : brief_) {
    if (trial.holds() && !refuted(interval) && interval > end(known.holds)) known.seems = &trial;
  }
  const Duration beyond = std::max(end(known.holds), end(known.seems));
  const auto look = [&](const IntervalTrial& trial) {
    if (trial.answer != IntervalTrial::Answer::Fails || trial.interval <= beyond) return;
    if (known.fails == nullptr || trial.interval < known.fails->interval) known.fails = &trial;
  };
  for (const auto& [key, trial] : long_) look(trial);
  for (const auto& [interval, trial] : brief_) look(trial);
  return known;
}

}  // namespace stayalive
