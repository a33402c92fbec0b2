// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/early_end.h"
#include "base/result.h"
#include "scenario/document.h"
#include "study/sweep/shard.h"
#include "study/trials/expectation_tally.h"
#include "study/trials/job_pool.h"
#include "study/trials/tally.h"

namespace stayalive {

inline constexpr std::size_t kMostPoints = 100'000;

struct SweepRequest {
  std::vector<Axis> axes;             // each in place of the scenario's of the same path, or added
  std::uint64_t runs = 20;            // of each point that depends on chance; others run once
  std::optional<std::uint64_t> seed;  // of the first run, instead of the scenario's own
  ParseOptions parse;
  std::optional<Shard> shard{};  // whose points are planned and run; all without one
};

// One combination of values.
struct SweepPoint {
  std::uint64_t runs = 1;
  bool done = false;
  std::vector<Tally> connections;                // once it is done
  std::vector<ExpectationTally> expectations{};  // the scenario's, once it is done
  bool elsewhere = false;                        // of another shard: neither planned nor run
};

// All combinations of the values of some axes, the last axis varying fastest, and what became of
// the connections at each.
struct Sweep {
  std::string file;
  std::string title;
  std::vector<Axis> axes;
  std::vector<SweepPoint> points;
  // Where a run has reached a limit, so that its point is not done: that of the first such point.
  std::optional<EarlyEnd> early_end{};

  // The positions of a point's values on the axes.
  std::vector<std::size_t> place(std::size_t point) const;
  // How many points lie between two neighbours along an axis.
  std::size_t stride(std::size_t axis) const;
  std::size_t done() const;
  // How many points are not of another shard, and how many of those are done.
  std::size_t own() const;
  std::size_t own_done() const;
  // Whether the scenario expects anything at a point that is done, and whether all of it came true
  // in every run of every such point.
  bool expects() const;
  bool fulfils_expectations() const;
};

// Lays the grid out and tries every point of the shard in the parser, on a thread pool of so many
// threads.  The mistakes of the first few points that have any are reported.
Result<Sweep> plan_sweep(const ScenarioDocument& document, const SweepRequest& request,
                         unsigned threads = 0);

// The scenario at a point of a plan.
Result<Scenario> scenario_at(const ScenarioDocument& document, const SweepRequest& request,
                             const Sweep& sweep, std::size_t point);

// Runs the points that are not done yet, all their runs on one thread pool.  options.finished is
// told of each point instead of each job.  When options.stop is requested, runs that have begun are
// finished, and points that lack some stay undone.  Returns the mistakes of points that cannot be
// read any more, since a profile file has changed meanwhile.
std::vector<Diagnostic> run_sweep(const ScenarioDocument& document, const SweepRequest& request,
                                  Sweep& sweep, const JobOptions& options = {});

}  // namespace stayalive
