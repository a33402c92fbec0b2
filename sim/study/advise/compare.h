// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "run/rehearsal/detection.h"
#include "study/advise/today.h"
#include "study/trials/job_pool.h"
#include "study/trials/tally.h"

namespace stayalive {

// A connection that is compared with others.
struct Contestant {
  std::string label;
  Scenario scenario;
  std::size_t connection = 0;
  Duration interval{};  // of its keepalives; zero when it sends none
};

struct ComparisonRow {
  std::string label;
  std::string transport;
  bool chance = false;  // whether there were several runs
  Tally tally;          // of the scenario as it is; its cost is that of the settled connection
  Detection detection;  // with chance and the scenario's events left out
  // Of what does not hold, likewise without chance and events; empty where it holds so.
  std::optional<Death> death;
  std::vector<TurnedValue> turned;  // of the values it rests on, those that nobody has read
  bool whole = true;  // false: stopped when only `tally`, perhaps of fewer runs, was known
};

// Several ways to keep alive, side by side.
struct Comparison {
  std::string where;  // the path or the scenario, in words
  Duration span{};    // of each run
  bool interrupted = false;
  std::vector<ComparisonRow> rows;  // in the order of the contestants
};

// runs: where chance is in play; one elsewhere.  When `jobs` are stopped there are rows up to the
// contestant that was being tried, of which the last may not be whole.
Comparison compare(const std::vector<Contestant>& contestants, std::uint64_t runs,
                   const JobOptions& jobs,
                   const std::function<void(const std::string& label)>& progress = {});

}  // namespace stayalive
