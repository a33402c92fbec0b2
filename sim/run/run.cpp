// SPDX-License-Identifier: Apache-2.0
#include "run/run.h"

#include <algorithm>
#include <utility>

#include "run/expectation.h"
#include "run/roster.h"
#include "run/warning.h"
#include "run/world.h"

namespace stayalive {

namespace {

void add_warnings(RunReport& report, const Scenario& scenario, const World& world) {
  report.warnings = warnings_before_run(scenario);
  // What had no effect so far may have some yet.
  if (report.early_end) return;
  for (Warning& warning : warnings_after_run(scenario, report.connections, world.effects()))
    report.warnings.push_back(std::move(warning));
}

}  // namespace

RunReport run(const Scenario& scenario, const RunOptions& options) {
  RunReport report;
  report.file = scenario.file;
  report.title = scenario.title;
  report.lesson = scenario.lesson;
  report.set = scenario.set;
  report.seed = options.seed.value_or(scenario.seed);
  report.planned = scenario.duration;
  const Roster roster(scenario, report.seed);
  const bool at_once = options.trace_from <= kStart;
  World world(roster, report.seed, at_once ? options.trace : nullptr);
  if (!at_once && options.trace != nullptr) {
    const TimePoint before = options.trace_from - 1ns;
    world.run_until(std::min(before, later(kStart, scenario.duration)), options.skip, options.stop);
    world.set_trace(options.trace);
  }
  report.early_end = world.run(options.skip, options.stop);
  report.duration = world.end() - kStart;
  report.events = world.simulation().events();
  report.digest = world.simulation().digest();
  for (std::size_t i = 0; i < scenario.connections.size(); ++i) {
    report.connections.push_back(world.report(i));
  }
  for (const ExpectSpec& expect : scenario.expectations) {
    const ConnectionReport& connection = report.connections[expect.connection];
    report.expectations.push_back(
        check_expectation(scenario, expect, connection, {report.seed, options.stop}));
    if (report.early_end)
      leave_open_what_is(report.expectations.back(), expect, connection, world.end());
  }
  add_warnings(report, scenario, world);
  return report;
}

}  // namespace stayalive
