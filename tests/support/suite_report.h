// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <utility>

#include "study/suite/changes.h"
#include "study/suite/suite.h"

namespace stayalive {

inline ExpectationReport expectation(std::string text, bool holds, std::string found = "") {
  ExpectationReport report;
  report.text = std::move(text);
  report.holds = holds;
  report.found = std::move(found);
  report.pointer = "/expect/1";
  report.line = 7;
  report.column = 5;
  return report;
}

inline SuiteItem suite_item(const std::string& file, std::vector<ExpectationReport> expectations) {
  RunReport report;
  report.file = file;
  report.title = "about " + file;
  report.expectations = std::move(expectations);
  return {file, {}, report};
}

// How a box is blamed whose timer has run out.
inline const char* const kFirewallReason =
    "firewall forgot the connection at 5m: its timer tcp.established allows 4m of silence, and "
    "the last packet that refreshed it was data from the internal side at 1m.";
inline Blame firewall_timer() {
  Blame blame;
  blame.kind = FaultKind::Flow;
  blame.who = "firewall";
  blame.at = kStart + 5min;
  blame.event = FlowEvent::Expired;
  blame.timer = "tcp.established";
  blame.timeout = 4min;
  blame.refreshed_at = kStart + 1min;
  return blame;
}

// One scenario of each kind, and a file that is none.
inline Suite mixed_suite() {
  Suite suite;
  suite.items.push_back(suite_item("a.json", {expectation("c is alive", true)}));
  suite.items.push_back(
      suite_item("b.json", {expectation("d is alive", true),
                            expectation("c is alive", false, "client: forgotten at 5m")}));
  suite.items.back().report->expectations.back().blame = firewall_timer();
  suite.items.push_back(suite_item("c.json", {}));
  suite.items.push_back({"d.json", {{"d.json", 3, 9, "/path", "found 7", "a list", ""}}, {}});
  suite.skipped.push_back("box.json");
  return suite;
}

inline ConnectionReport connection_that_is(Outcome outcome) {
  ConnectionReport connection;
  connection.outcome = outcome;
  for (SideReport& side : connection.sides) side.outcome = outcome;
  return connection;
}

inline Changes some_changes() {
  Changes changes;
  changes.baseline = "before.json";
  changes.compared = 3;
  ScenarioChange changed{"a.json", true, false, {}};
  changed.connections.push_back(
      {"c", connection_that_is(Outcome::Alive), connection_that_is(Outcome::Forgotten)});
  changed.connections.push_back({"d", std::nullopt, connection_that_is(Outcome::Alive)});
  changes.scenarios.push_back(changed);
  changes.scenarios.push_back({"b.json", std::nullopt, true, {}});
  changes.scenarios.push_back({"c.json", true, std::nullopt, {}});
  return changes;
}

}  // namespace stayalive
