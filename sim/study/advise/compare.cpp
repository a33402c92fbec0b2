// SPDX-License-Identifier: Apache-2.0
#include "study/advise/compare.h"

#include "study/advise/daily_cost.h"
#include "study/advise/what_if.h"
#include "study/trials/chance.h"
#include "study/trials/trials.h"

namespace stayalive {

Comparison compare(const std::vector<Contestant>& contestants, std::uint64_t runs,
                   const JobOptions& jobs,
                   const std::function<void(const std::string& label)>& progress) {
  Comparison comparison;
  for (const Contestant& contestant : contestants) {
    comparison.span = std::max(comparison.span, contestant.scenario.duration);
    if (progress) progress(contestant.label);
    ComparisonRow row;
    row.label = contestant.label;
    row.transport = name(contestant.scenario.connections[contestant.connection].transport);
    row.chance = depends_on_chance(contestant.scenario);
    const std::vector<Tally> tallies = run_trials(contestant.scenario, row.chance ? runs : 1, jobs);
    if (jobs.stop.stop_requested()) {
      comparison.interrupted = true;
      break;
    }
    row.tally = tallies[contestant.connection];
    const Experiment experiment(contestant.scenario, contestant.connection, contestant.interval);
    row.detection = find_detection(experiment);
    if (row.tally.held < row.tally.runs) {
      const Scenario quiet = without_chance(contestant.scenario);
      row.death = find_death(quiet, contestant.connection);
      if (row.death) row.turned = turn_round(quiet, contestant.connection, *row.death);
    }
    row.tally.cost =
        find_daily_cost(contestant.scenario, contestant.connection, contestant.interval);
    if (jobs.limited.stop_requested()) {
      comparison.interrupted = true;
      break;
    }
    comparison.rows.push_back(std::move(row));
  }
  return comparison;
}

}  // namespace stayalive
