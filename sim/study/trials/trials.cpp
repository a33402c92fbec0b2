// SPDX-License-Identifier: Apache-2.0
#include "study/trials/trials.h"

#include "run/run.h"
#include "study/trials/ordered_tallies.h"

namespace stayalive {

std::vector<Tally> run_trials(const Scenario& scenario, std::uint64_t runs,
                              const JobOptions& options) {
  OrderedTallies tallies(scenario.duration, scenario.seed);
  run_jobs(
      runs,
      [&](std::size_t trial) {
        RunReport report = run(scenario, {.seed = scenario.seed + trial, .stop = options.leave});
        if (!report.early_end) tallies.add(trial, std::move(report.connections));
      },
      options);
  std::vector<Tally> all = tallies.all();
  all.resize(scenario.connections.size());
  return all;
}

}  // namespace stayalive
