// SPDX-License-Identifier: Apache-2.0
#include "run/rehearsal/experiment.h"

#include <algorithm>
#include <utility>

#include "run/held.h"
#include "run/rehearsal/detection.h"
#include "run/run.h"
#include "strategy/strategy.h"

namespace stayalive {
namespace {

constexpr std::uint64_t kSeeds = 8;

bool draws(const ConnectionSpec& spec) {
  const StrategyKind* kind = find_strategy(spec.strategy);
  return kind != nullptr && kind->random != nullptr && kind->random(spec.options);
}

// Whether the strategy has waits that are shorter at random; they are switched off.
bool without_jitter(ConnectionSpec& spec) {
  const StrategyKind* kind = find_strategy(spec.strategy);
  const auto jitters = std::ranges::find(kind->options, "jitter", &OptionSpec::key);
  if (jitters == kind->options.end()) return false;
  spec.options.set("jitter", Duration::zero());
  return true;
}

// Whether the connection, left alone, goes on for as long as what is tried may take to show.
bool goes_on(const Experiment::Sample& sample, std::size_t connection,
             const std::stop_token& stop) {
  const Rhythm& rhythm = sample.rhythm;
  const TimePoint last = rhythm.instants.empty() ? rhythm.until : rhythm.instants.back();
  Scenario alone = sample.scenario;
  alone.duration = later(std::max(last, rhythm.until), kLongestWait + 10 * rhythm.cycle) - kStart;
  return held(run(alone, {.stop = stop}).connections[connection]);
}

}  // namespace

Experiment::Experiment(const Scenario& scenario, std::size_t connection, Duration interval,
                       bool seldom, std::stop_token stop)
    : connection_(connection), stop_(std::move(stop)) {
  const Scenario quiet = without_chance(scenario);
  const auto add = [&](const Scenario& sample) {
    samples_.push_back({sample, find_rhythm(sample, connection, interval, seldom, stop_)});
    Sample& added = samples_.back();
    // Else what ends it by itself would be taken for what is done to it.
    if (seldom && interval > 0s && added.rhythm.lives)
      added.rhythm.lives = goes_on(added, connection, stop_);
  };
  add(quiet);
  if (!draws(quiet.connections[connection])) return;
  for (std::uint64_t n = 1; n < kSeeds; ++n) {
    Scenario other = quiet;
    other.seed += n;
    add(other);
  }
  Scenario steady = quiet;
  if (without_jitter(steady.connections[connection])) add(steady);
}

bool Experiment::lives() const {
  return std::ranges::all_of(samples_, [](const Sample& sample) { return sample.rhythm.lives; });
}

ConnectionReport Experiment::after(const Sample& sample, const EventSpec& event,
                                   Duration span) const {
  Scenario scenario = sample.scenario;
  scenario.events = {event};
  scenario.duration = later(event.at, span) - kStart;
  return std::move(run(scenario, {.seed = {}, .stop = stop_}).connections[connection_]);
}

CutTrial Experiment::cut(const Sample& sample, TimePoint from, TimePoint until) const {
  Scenario scenario = sample.scenario;
  EventSpec cut;
  cut.kind = EventKind::Cut;
  cut.at = from;
  cut.span = until - from;
  cut.target = client_line(scenario, connection_);
  scenario.events = {cut};
  // Retransmissions may be up to two minutes apart when the line is up again.
  scenario.duration = later(until, 5 * sample.rhythm.cycle + 20min) - kStart;
  CutTrial trial{from, until, scenario.seed, false, {}, {}};
  RunReport whole = run(scenario, {.seed = {}, .stop = stop_});
  trial.report = std::move(whole.connections[connection_]);
  const auto stayed = [](const SideReport& side) { return side.reconnects == 0; };
  trial.survived = held(trial.report) && std::ranges::all_of(trial.report.sides, stayed);
  return trial;
}

}  // namespace stayalive
