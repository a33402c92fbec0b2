// SPDX-License-Identifier: Apache-2.0
#include "run/run.h"

#include <algorithm>
#include <optional>
#include <stop_token>
#include <utility>

#include "run/expectation.h"
#include "run/limit_watch.h"
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

// What has become of an expectation.  Of a run that has ended early nothing is tried on copies; and
// where a copy reaches a limit, the expectation stays open, and the report says why.
ExpectationReport checked(RunReport& report, bool whole, const Scenario& scenario,
                          const ExpectSpec& expect, const std::stop_token& stop) {
  const ConnectionReport& connection = report.connections[expect.connection];
  std::stop_source over;
  const std::stop_callback forward(stop, [&over] { over.request_stop(); });
  if (!whole) over.request_stop();
  std::optional<EarlyEnd> reached;
  const auto reach = [&](const EarlyEnd& early) {
    reached = early;
    over.request_stop();
  };
  ExpectationReport its =
      check_expectation(scenario, expect, connection, {report.seed, over.get_token(), reach});
  if (!whole) leave_open_what_is(its, expect, connection, later(kStart, report.duration));
  if (!reached) return its;
  report.early_end = reached;
  its.decided = its.holds = false;
  its.blame = {};
  return its;
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
  World world(roster, report.seed, options.trace_from <= kStart ? options.trace : nullptr);
  if (options.messages) options.messages(world.messages());
  LimitWatch watch(
      scenario.limits, options.stop, [&world] { return world.held(); },
      [&] {
        if (options.progress)
          options.progress(world.simulation().now(), world.simulation().events());
      });
  const bool at_once = options.trace_from <= kStart;
  if (!at_once && options.trace != nullptr) {
    const TimePoint before = options.trace_from - 1ns;
    world.run_until(std::min(before, later(kStart, scenario.duration)), options.skip, &watch);
    world.set_trace(options.trace);
  }
  world.run(options.skip, &watch);
  report.early_end = watch.end();
  report.duration = world.end() - kStart;
  if (report.early_end && report.early_end->reason != EndReason::Stopped && scenario.limits.reached)
    scenario.limits.reached(*report.early_end);
  report.events = world.simulation().events();
  report.digest = world.simulation().digest();
  for (std::size_t i = 0; i < scenario.connections.size(); ++i) {
    report.connections.push_back(world.report(i));
  }
  report.links = world.link_reports();
  report.servers = world.server_reports();
  report.alternatives = world.alternatives_reports();
  for (const AlternativesReport& its : report.alternatives) {
    const std::size_t told = std::min(its.changes.size(), kMostWayChanges);
    for (ConnectionReport& connection : report.connections) {
      connection.way_figures += its;
      connection.way_changes.insert(connection.way_changes.end(), its.changes.begin(),
                                    its.changes.begin() + static_cast<std::ptrdiff_t>(told));
    }
  }
  const bool whole = !report.early_end.has_value();
  for (const ExpectSpec& expect : scenario.expectations) {
    report.expectations.push_back(checked(report, whole, scenario, expect, options.stop));
  }
  add_warnings(report, scenario, world);
  return report;
}

}  // namespace stayalive
