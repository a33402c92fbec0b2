// SPDX-License-Identifier: Apache-2.0
#include "run/run.h"

#include <algorithm>
#include <utility>

#include "run/expectation.h"
#include "run/roster.h"
#include "run/warning.h"
#include "run/world.h"

namespace stayalive {

RunReport run(const Scenario& scenario, const RunOptions& options) {
  RunReport report;
  report.file = scenario.file;
  report.title = scenario.title;
  report.lesson = scenario.lesson;
  report.seed = options.seed.value_or(scenario.seed);
  report.duration = scenario.duration;
  const Roster roster(scenario, report.seed);
  const bool at_once = options.trace_from <= kStart;
  World world(roster, report.seed, at_once ? options.trace : nullptr);
  if (!at_once && options.trace != nullptr) {
    const TimePoint before = options.trace_from - 1ns;
    world.run_until(std::min(before, later(kStart, scenario.duration)), options.skip, options.stop);
    world.set_trace(options.trace);
  }
  world.run(options.skip, options.stop);
  report.events = world.simulation().events();
  report.digest = world.simulation().digest();
  for (std::size_t i = 0; i < scenario.connections.size(); ++i) {
    report.connections.push_back(world.report(i));
  }
  for (const ExpectSpec& expect : scenario.expectations) {
    report.expectations.push_back(
        check_expectation(scenario, expect, report.connections[expect.connection]));
  }
  report.warnings = warnings_before_run(scenario);
  for (Warning& warning : warnings_after_run(scenario, report.connections, world.effects()))
    report.warnings.push_back(std::move(warning));
  return report;
}

}  // namespace stayalive
