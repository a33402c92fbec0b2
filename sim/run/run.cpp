// SPDX-License-Identifier: Apache-2.0
#include "run/run.h"

#include "run/expectation.h"
#include "run/member_verdict.h"
#include "run/population_verdict.h"
#include "run/roster.h"
#include "run/verdict.h"
#include "run/world.h"

namespace stayalive {

namespace {

ConnectionReport judge_any(const Roster& roster, const World& world, std::size_t connection) {
  if (roster.members(connection)) return judge_members(roster, world, connection);
  return world.population(connection) == nullptr
             ? judge(roster.scenario(), world, connection)
             : judge_population(roster.scenario(), world, connection);
}

}  // namespace

RunReport run(const Scenario& scenario, const RunOptions& options) {
  RunReport report;
  report.file = scenario.file;
  report.title = scenario.title;
  report.lesson = scenario.lesson;
  report.seed = options.seed.value_or(scenario.seed);
  report.duration = scenario.duration;
  const Roster roster(scenario, report.seed);
  World world(roster.scenario(), report.seed, options.trace);
  world.run(options.skip);
  report.events = world.simulation().events();
  report.digest = world.simulation().digest();
  for (std::size_t i = 0; i < scenario.connections.size(); ++i) {
    report.connections.push_back(judge_any(roster, world, i));
  }
  for (const ExpectSpec& expect : scenario.expectations) {
    report.expectations.push_back(
        check_expectation(scenario, expect, report.connections[expect.connection]));
  }
  return report;
}

}  // namespace stayalive
