// SPDX-License-Identifier: Apache-2.0
#include "study/advise/interval_trials.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>
#include <variant>
#include <vector>

#include "base/check.h"
#include "base/text.h"
#include "run/run.h"
#include "scenario/json/json_value.h"
#include "study/trials/chance.h"
#include "study/trials/confidence.h"
#include "study/trials/job_pool.h"

namespace stayalive {
namespace {

constexpr std::uint64_t kBriefRuns = 8;
constexpr int kBriefKeepalives = 12;
constexpr Duration kBriefSpan = 20min;
constexpr int kMediumKeepalives = 1000;
constexpr std::uint64_t kFirstBatch = 16;
// More than the fewest runs that can show the target, so that some may fail by chance.
constexpr std::uint64_t kMostRunsFactor = 4;

bool chance_on_lines(const Scenario& scenario) {
  return std::ranges::any_of(scenario.path, [](const Hop& hop) {
    const auto* line = std::get_if<LinkConfig>(&hop);
    return line != nullptr && (line->loss.numerator > 0 || line->jitter > Duration::zero());
  });
}

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
    : subject_(subject), rules_(std::move(rules)) {
  const Result<Scenario> scenario = subject.at(subject.strategy.usual());
  CHECK(scenario.ok(), "a subject is right at its usual interval");
  chance_ = chance_on_lines(scenario.value());
  if (!chance_) {
    if (depends_on_chance(scenario.value())) most_runs_ = kBriefRuns;
    return;
  }
  const double target = static_cast<double>(rules_.target_millionths) / 1e6;
  most_runs_ = kMostRunsFactor * std::max(flawless_runs_needed(target), kBriefRuns);
}

const IntervalTrial& IntervalTrials::brief(Duration interval) {
  auto found = brief_.find(interval);
  if (found != brief_.end()) return found->second;
  const Duration span = std::max<Duration>(kBriefKeepalives * interval, kBriefSpan);
  IntervalTrial trial =
      run_trial(interval, std::min(span, rules_.survive), std::min(most_runs_, kBriefRuns));
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
  std::uint64_t batch = std::min(most_runs, kFirstBatch);
  while (true) {
    if (rules_.progress) {
      rules_.progress(fmt::format("{} over {}", print_duration(interval), print_duration(span)));
    }
    run_batch(scenario, batch, trial);
    const bool final = trial.tally.runs >= most_runs || rules_.stop.stop_requested();
    trial.answer = judge(trial.tally);
    if (final || trial.answer != IntervalTrial::Answer::Undecided) return trial;
    batch = std::min(trial.tally.runs, most_runs - trial.tally.runs);
  }
}

void IntervalTrials::run_batch(const Scenario& scenario, std::uint64_t runs, IntervalTrial& trial) {
  std::vector<std::optional<ConnectionReport>> reports(runs);
  const std::uint64_t first = scenario.seed + trial.tally.runs;
  JobOptions options;
  options.threads = rules_.threads;
  options.stop = rules_.stop;
  run_jobs(
      runs,
      [&](std::size_t job) {
        reports[job] = run(scenario, {first + job, nullptr}).connections[subject_.connection];
      },
      options);
  std::uint64_t seed = first;
  for (const std::optional<ConnectionReport>& report : reports) {
    if (!report) break;
    ++runs_;
    trial.tally.add(*report, scenario.duration, seed++);
    if (!trial.failure && !held(*report)) trial.failure = *report;
  }
}

IntervalTrial::Answer IntervalTrials::judge(const Tally& tally) const {
  using Answer = IntervalTrial::Answer;
  if (tally.runs == 0) return Answer::Undecided;
  if (!chance_) return tally.held == tally.runs ? Answer::Holds : Answer::Fails;
  const double target = static_cast<double>(rules_.target_millionths) / 1e6;
  const Interval likely = confidence(tally.held, tally.runs);
  if (likely.high < target) return Answer::Fails;
  if (likely.low >= target) return Answer::Holds;
  return Answer::Undecided;
}

}  // namespace stayalive
