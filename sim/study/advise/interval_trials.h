// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "scenario/document.h"
#include "scenario/products/strategy_choice.h"
#include "study/trials/sequential_test.h"
#include "study/trials/tally.h"

namespace stayalive {

// A connection of a scenario whose keepalive interval can be varied.
struct Subject {
  ScenarioDocument document;
  ParseOptions parse;
  std::size_t connection = 0;
  StrategyChoice strategy;
  std::optional<std::uint64_t> seed;  // instead of the scenario's own

  // The scenario with the connection keeping alive at this interval.
  Result<Scenario> at(Duration interval) const { return at(interval, strategy); }
  // The same with other options than the subject's own.
  Result<Scenario> at(Duration interval, const StrategyChoice& choice) const;
};

// What trials of one interval have shown.
struct IntervalTrial {
  enum class Answer : std::uint8_t {
    Holds,
    Fails,
    Undecided,  // the runs do not show either, and more of them are not worth while
    Unknown,    // stopped before there was an answer
    Refused,    // the program does not take the interval
  };
  Duration interval{};
  Duration span{};  // how long each run was
  Answer answer = Answer::Holds;
  Tally tally;
  std::string refusal;                      // of Refused: the reason
  std::optional<ConnectionReport> failure;  // the first run that did not hold

  bool holds() const { return answer == Answer::Holds; }
  // Whether it holds for all that the runs so far show.
  bool may_hold() const {
    return holds() || (answer == Answer::Unknown && tally.held == tally.runs);
  }
};

struct TrialRules {
  Duration survive = 7 * 24h;
  // Where chance is in play: the probability with which it has to hold, below 1.
  std::int64_t target_millionths = 990'000;
  unsigned threads = 0;
  std::stop_token stop{};  // no run begins any more, and what is not decided stays unknown
  std::function<void(const std::string& what)> progress{};
  std::stop_token leave{};    // runs that have begun end, too
  std::stop_token limited{};  // as JobOptions::limited
};

// Runs a subject at one interval after the other and remembers the answers.  Without chance one run
// is enough; where only programs draw random numbers, eight runs have to hold.  With chance an
// interval holds when the probability that it does is at least the target, and fails when it is
// less, each with a confidence of 95 %: a SequentialTest says after each run, in the order of the
// seeds, whether that is shown.  The number of threads changes no answer.
class IntervalTrials {
 public:
  // The subject must be right at its usual interval.
  IntervalTrials(const Subject& subject, TrialRules rules);

  // A few runs of some keepalives each: one that fails here fails in longer runs, too.
  const IntervalTrial& brief(Duration interval);
  // As many runs as it takes, over at least 1000 keepalives; or brief(), where that fails.  enough:
  // after so many runs that all held the answer may stay unknown; asked again with more, they go on
  // from there.
  const IntervalTrial& medium(Duration interval, std::uint64_t enough = UINT64_MAX);
  // As many runs as it takes, over the whole span; or over its first part, where they fail there.
  const IntervalTrial& full(Duration interval, std::uint64_t enough = UINT64_MAX);
  // So many are enough for a glance: what fails often does so in them.
  static constexpr std::uint64_t kGlance = 60;

  bool chance() const { return chance_; }
  // The most runs for one interval.
  std::uint64_t most_runs() const { return most_runs_; }
  std::uint64_t runs() const { return runs_; }

  // What is known so far; for a search that was stopped.
  struct Known {
    const IntervalTrial* holds = nullptr;  // the longest interval that does, over the whole span
    const IntervalTrial* seems = nullptr;  // a longer one that held in brief() only
    const IntervalTrial* fails = nullptr;  // the shortest one beyond these that does not
  };
  Known known() const;

 private:
  Duration brief_span(Duration interval) const;
  // A trial without runs.
  IntervalTrial begin(Duration interval, Duration span) const;
  // The trial of this interval over this span, with `enough` runs.
  const IntervalTrial& over(Duration interval, Duration span, std::uint64_t enough);
  // Runs on until the answer is known, most_runs were made, or `enough` that all held.
  void go_on(IntervalTrial& trial, std::uint64_t most_runs, std::uint64_t enough);
  void run_in_order(const Scenario& scenario, std::uint64_t most_runs, std::uint64_t enough,
                    IntervalTrial& trial);
  SequentialTest::Answer judge(const Tally& tally) const;
  void tell(const IntervalTrial& trial) const;

  const Subject& subject_;
  TrialRules rules_;
  SequentialTest test_;
  bool chance_ = false;
  std::uint64_t most_runs_ = 1;
  std::uint64_t runs_ = 0;
  std::map<Duration, IntervalTrial> brief_;
  std::map<std::pair<Duration, Duration>, IntervalTrial> long_;  // by interval and span
};

}  // namespace stayalive
