// SPDX-License-Identifier: Apache-2.0
// What advice says where lines lose packets, tried with seeds that the search has not seen.
#include <gtest/gtest.h>

#include <cmath>
#include <iostream>
#include <random>

#include "run/run.h"
#include "scenario/products/products.h"
#include "scenario/profiles/profiles.h"
#include "study/advise/doubter.h"
#include "study/trials/sequential_test.h"
#include "support/property_runs.h"

namespace stayalive {
namespace {

struct LossyCase {
  const char* strategy;
  const char* through;
  const char* loss;
  std::int64_t target_millionths;
};
constexpr LossyCase kLossyCases[] = {
    {"keepalive,transport=udp", "rfc-minimum", "20%", 900'000},  // the edges are not sharp
    {"keepalive=60s,give_up_after=90s,transport=udp", "carrier-nat", "60%",
     800'000},  // nothing holds so often
};
constexpr const char* kMoreStrategies[] = {
    "openssh", "wireguard", "ipsec", "quic", "tcp", "keepalive,transport=udp", "mqtt", "ice"};
constexpr const char* kMoreLosses[] = {"1%", "5%", "20%"};
constexpr std::uint64_t kFreshSeed = 1'000'000;
constexpr Duration kLossySpan = 30min;

// Somebody who runs what was advised, again and again.
class Gambler {
 public:
  Gambler(ScenarioDraft draft, Record& record) : draft_(std::move(draft)), record_(record) {
    name_ = draft_.strategy.label(std::nullopt) + " " + draft_.path.words();
  }

  void doubt(const Advice& advice) {
    target_ = static_cast<double>(advice.rules.target_millionths) / 1e6;
    if (advice.least) {
      doubt(advice.most->inside);
      doubt(advice.least->inside);
      if (advice.most->outside) doubt(*advice.most->outside);
      if (advice.least->outside) doubt(*advice.least->outside);
    }
    for (const Failure& failure : advice.contradiction) doubt(failure.trial);
    if (advice.best) doubt(*advice.best);
    if (advice.recommendation) doubt(advice.recommendation->trial);
  }

 private:
  void doubt(const IntervalTrial& trial) {
    if (trial.answer == IntervalTrial::Answer::Refused || trial.tally.runs == 0) return;
    const double share = share_that_holds(trial);
    if (trial.answer == IntervalTrial::Answer::Holds) {
      claim("holds often enough", trial, share, share + by_chance(target_) >= target_);
    }
    if (trial.answer == IntervalTrial::Answer::Fails) {
      claim("holds too seldom", trial, share, share - by_chance(target_) < target_);
    }
    const Interval likely = SequentialTest::confidence(trial.tally.held, trial.tally.runs);
    claim("as probable as said", trial, share,
          share + by_chance(likely.low) >= likely.low &&
              share - by_chance(likely.high) <= likely.high);
  }

  double share_that_holds(const IntervalTrial& trial) {
    draft_.interval = trial.interval;
    Scenario scenario = right(draft_.json());
    scenario.duration = trial.span;
    const std::int64_t keepalives = std::max<std::int64_t>(trial.span / trial.interval, 1);
    runs_ = std::clamp<std::int64_t>(kMostKeepalives / keepalives, 20, 150);
    std::int64_t count = 0;
    for (std::int64_t n = 0; n < runs_; ++n) {
      const RunReport report = run(scenario, {kFreshSeed + static_cast<std::uint64_t>(n), nullptr});
      if (held(report.connections[0])) ++count;
    }
    return static_cast<double>(count) / static_cast<double>(runs_);
  }

  // How far the share of fresh runs is off by chance: more than four standard deviations and a run
  // in less than one of ten thousand cases.
  double by_chance(double probability) const {
    const auto runs = static_cast<double>(runs_);
    return 4 * std::sqrt(probability * (1 - probability) / runs) + 1 / runs;
  }

  void claim(const std::string& kind, const IntervalTrial& trial, double share, bool is_true) {
    record_.add(kind,
                name_ + " at " + print_duration(trial.interval) + ": " +
                    std::to_string(trial.tally.held) + " of " + std::to_string(trial.tally.runs) +
                    " runs, found " + std::to_string(share) + " of " + std::to_string(runs_),
                is_true);
  }

  static constexpr std::int64_t kMostKeepalives = 2'000;  // in all runs of an interval
  ScenarioDraft draft_;
  Record& record_;
  std::string name_;
  double target_ = 0;
  std::int64_t runs_ = 0;
};

LossyCase more_lossy_case(std::uint64_t n) {
  std::mt19937_64 random(n);
  const auto one_of = [&random](const auto& list) { return list[random() % std::size(list)]; };
  const std::vector<const ProfileDocument*> profiles = builtin_profiles();
  LossyCase made{};
  made.strategy = one_of(kMoreStrategies);
  made.through = one_of(profiles)->profile.name.c_str();
  made.loss = one_of(kMoreLosses);
  made.target_millionths = random() % 2 == 0 ? 990'000 : 900'000;
  return made;
}

TEST(Tried, WhatAdviceSaysOfLossyLinesIsTrueOfOtherSeeds) {
  Record record;
  const int usual = static_cast<int>(std::size(kLossyCases));
  const int first = first_property_run();
  for (int n = first; n < first + property_runs(usual); ++n) {
    const LossyCase one =
        n < usual ? kLossyCases[n] : more_lossy_case(static_cast<std::uint64_t>(n));
    ScenarioDraft draft;
    draft.strategy = parse_strategy(one.strategy).value();
    draft.path.boxes = parse_boxes(one.through).value();
    draft.path.loss = one.loss;
    draft.interval = draft.strategy.usual();
    draft.duration = kLossySpan;
    const Subject asked{
        ScenarioDocument::parse(draft.json(), "draft").value(), {}, 0, draft.strategy, {}};
    if (!asked.at(draft.strategy.usual()).ok()) continue;
    AdviseOptions options;
    options.rules.survive = draft.duration;
    options.rules.target_millionths = one.target_millionths;
    options.rules.threads = 1;
    Gambler(draft, record).doubt(advise(asked, options));
  }
  std::cout << record.text();
  if (first == 0) {
    EXPECT_GE(record.claims(), 2 * usual);
  }
  EXPECT_EQ(record.truths(), record.claims()) << record.text();
}

}  // namespace
}  // namespace stayalive
