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
  IntervalTrial trial = run_trial(interval, brief_span(interval), std::min(most_runs_, kBriefRuns));
  // So few runs cannot show that it holds, but longer ones are for that.
  if (trial.answer == IntervalTrial::Answer::Undecided) trial.answer = IntervalTrial::Answer::Holds;
  return brief_.emplace(interval, std::move(trial)).first->second;
}

const IntervalTrial& IntervalTrials::medium(Duration interval) {
  auto found = medium_.find(interval);
  if (found != medium_.end()) return found->second;
  const IntervalTrial& short_one = brief(interval);
  if (!short_one.holds()) return medium_.emplace(interval, short_one).first->second;
  const Duration span = std::max<Duration>(kMediumKeepalives * interval, kBriefSpan);
  IntervalTrial trial = run_trial(interval, std::min(span, rules_.survive), most_runs_);
  return medium_.emplace(interval, std::move(trial)).first->second;
}

const IntervalTrial& IntervalTrials::full(Duration interval) {
  auto found = full_.find(interval);
  if (found != full_.end()) return found->second;
  const IntervalTrial& short_one = brief(interval);
  if (!short_one.holds()) return full_.emplace(interval, short_one).first->second;
  // What fails in its first part fails: the same seeds show soon what often goes wrong early.
  const Duration first_part = brief_span(interval);
  if (chance_ && kShorter * first_part <= rules_.survive) {
    IntervalTrial early = run_trial(interval, first_part, most_runs_);
    if (!early.holds()) return full_.emplace(interval, std::move(early)).first->second;
  }
  IntervalTrial trial = run_trial(interval, rules_.survive, most_runs_);
  return full_.emplace(interval, std::move(trial)).first->second;
}

IntervalTrial IntervalTrials::run_trial(Duration interval, Duration span, std::uint64_t most_runs) {
  IntervalTrial trial;
  trial.interval = interval;
  trial.span = span;
  Result<Scenario> made = subject_.at(interval);
  if (!made.ok()) {
    trial.answer = IntervalTrial::Answer::Refused;
    trial.refusal = made.errors().front().message;
    return trial;
  }
  Scenario scenario = std::move(made).value();
  scenario.duration = span;
  run_in_order(scenario, most_runs, trial);
  runs_ += trial.tally.runs;
  using Judged = SequentialTest::Answer;
  using Answer = IntervalTrial::Answer;
  const Judged judged = judge(trial.tally);
  const bool stopped = judged == Judged::Open && trial.tally.runs < most_runs;
  trial.answer = judged == Judged::Holds   ? Answer::Holds
                 : judged == Judged::Fails ? Answer::Fails
                 : stopped                 ? Answer::Unknown
                                           : Answer::Undecided;
  return trial;
}

void IntervalTrials::run_in_order(const Scenario& scenario, std::uint64_t most_runs,
                                  IntervalTrial& trial) {
  std::mutex mutex;
  std::map<std::uint64_t, ConnectionReport> waiting;  // for the run before them
  std::stop_source decided;
  const std::stop_callback forward(rules_.leave, [&decided] { decided.request_stop(); });
  const auto take = [&](std::uint64_t run, ConnectionReport report) {
    const std::lock_guard lock(mutex);
    if (decided.stop_requested()) return;  // the run may not have come to its end
    waiting.emplace(run, std::move(report));
    while (judge(trial.tally) == SequentialTest::Answer::Open) {
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
      most_runs,
      [&](std::size_t job) {
        RunReport report =
            run(scenario, {.seed = scenario.seed + job, .stop = decided.get_token()});
        take(job, std::move(report.connections[subject_.connection]));
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
  for (const auto& [interval, trial] : full_) {
    if (trial.holds()) known.holds = &trial;
  }
  for (const auto& [interval, trial] : brief_) {
    const auto fully = full_.find(interval);
    const bool refuted =
        fully != full_.end() && fully->second.answer != IntervalTrial::Answer::Unknown;
    if (trial.holds() && !refuted && interval > end(known.holds)) known.seems = &trial;
  }
  const Duration beyond = std::max(end(known.holds), end(known.seems));
  for (const auto* trials : {&full_, &brief_}) {
    for (const auto& [interval, trial] : *trials) {
      if (trial.answer != IntervalTrial::Answer::Fails || interval <= beyond) continue;
      if (known.fails == nullptr || interval < known.fails->interval) known.fails = &trial;
    }
  }
  return known;
}

}  // namespace stayalive
