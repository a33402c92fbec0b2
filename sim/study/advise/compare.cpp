// SPDX-License-Identifier: Apache-2.0
#include "study/advise/compare.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "study/advise/daily_cost.h"
#include "study/advise/what_if.h"
#include "study/trials/chance.h"
#include "study/trials/trials.h"

namespace stayalive {

namespace {

// What is known of a contestant after its trials: who notices, what it dies of and what it costs.
// False when it was left, or reached a limit, meanwhile.
bool look_closer(const Contestant& contestant, const JobOptions& jobs, ComparisonRow& row) {
  const auto& [label, scenario, connection, interval] = contestant;
  row.detection = find_detection(Experiment(scenario, connection, interval, true, jobs.leave));
  if (row.tally.held < row.tally.runs) {
    const Scenario quiet = without_chance(scenario);
    row.death = find_death(quiet, connection, jobs.leave);
    if (row.death) row.turned = turn_round(quiet, connection, *row.death, jobs.leave);
  }
  row.tally.cost = find_daily_cost(scenario, connection, interval, jobs.leave);
  return !jobs.leave.stop_requested() && !jobs.limited.stop_requested();
}

}  // namespace

Comparison compare(const std::vector<Contestant>& contestants, std::uint64_t runs,
                   const JobOptions& jobs,
                   const std::function<void(const std::string& label)>& progress) {
  Comparison comparison;
  for (const Contestant& contestant : contestants) {
    comparison.span = std::max(comparison.span, contestant.scenario.duration);
  }
  for (const Contestant& contestant : contestants) {
    if (jobs.stopped()) break;
    if (progress) progress(contestant.label);
    ComparisonRow tried;
    tried.label = contestant.label;
    tried.transport = name(contestant.scenario.connections[contestant.connection].transport);
    tried.chance = depends_on_chance(contestant.scenario);
    tried.tally =
        run_trials(contestant.scenario, tried.chance ? runs : 1, jobs)[contestant.connection];
    if (tried.tally.runs == 0) break;
    tried.tally.cost = {};
    tried.detection.known = false;
    ComparisonRow row = tried;
    if (jobs.stopped() || !look_closer(contestant, jobs, row)) {
      row = std::move(tried);
      row.whole = false;
    }
    comparison.rows.push_back(std::move(row));
  }
  comparison.interrupted =
      comparison.rows.size() < contestants.size() ||
      std::ranges::any_of(comparison.rows, std::logical_not{}, &ComparisonRow::whole);
  return comparison;
}

}  // namespace stayalive
