// SPDX-License-Identifier: Apache-2.0
#include "report/suite_csv.h"

#include <initializer_list>

#include "document/csv.h"
#include "report/suite_text.h"

namespace stayalive {
namespace {

std::string number(std::uint32_t value) { return value == 0 ? "" : std::to_string(value); }

void row(std::ostream& out, std::initializer_list<std::string> fields) {
  write_csv_row(out, {fields.begin(), fields.size()});
}

void write_item(std::ostream& out, const SuiteItem& item) {
  for (const Diagnostic& error : item.errors) {
    row(out, {error.file, number(error.line), number(error.column), "error", "", error.message});
  }
  if (!item.report) return;
  if (item.report->expectations.empty()) row(out, {item.file, "", "", "no-expectations", "", ""});
  for (const ExpectationReport& expectation : item.report->expectations) {
    row(out, {item.file, number(expectation.line), number(expectation.column),
              expectation.holds ? "holds" : "fails", expectation.text, expectation.found});
  }
}

void write_change(std::ostream& out, const ScenarioChange& change) {
  if (!change.held || !change.holds) {
    row(out, {change.file, "", "", change.held ? "gone" : "new", "", ""});
    return;
  }
  if (change.held != change.holds) {
    row(out, {change.file, "", "", "changed", *change.held ? "holds" : "fails",
              *change.holds ? "holds" : "fails"});
  }
  for (const ConnectionChange& connection : change.connections) {
    const std::string start = connection.name + ": ";
    row(out, {change.file, "", "", "changed",
              start + (connection.was ? in_one_line(*connection.was) : "not there"),
              start + (connection.now ? in_one_line(*connection.now) : "gone")});
  }
}

}  // namespace

void write_suite_csv(std::ostream& out, const Suite& suite, const std::optional<Changes>& changes) {
  row(out, {"scenario", "line", "column", "status", "expected", "found"});
  for (const SuiteItem& item : suite.items) write_item(out, item);
  if (!changes) return;
  for (const ScenarioChange& change : changes->scenarios) write_change(out, change);
}

}  // namespace stayalive
