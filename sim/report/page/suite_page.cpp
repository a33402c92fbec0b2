// SPDX-License-Identifier: Apache-2.0
#include "report/page/suite_page.h"

#include <fmt/format.h>

#include "document/place.h"
#include "picture/chart/run_chart.h"
#include "picture/failure_reason.h"
#include "report/counted.h"
#include "report/page/html_page.h"
#include "report/page/replayed_ladders.h"
#include "report/suite/suite.h"

namespace stayalive {
namespace {

// More scenarios are told of in words alone.
constexpr std::size_t kMostDrawn = 20;

Phrase suite_verdict(const Suite& suite) {
  const std::size_t all = suite.items.size();
  const std::size_t fail = suite.count(SuiteStatus::Fails);
  const std::size_t wrong = suite.count(SuiteStatus::Wrong);
  if (fail > 0 || wrong > 0) {
    std::string text = fmt::format("{} of {} fail", fail + wrong, counted(all, "scenario"));
    if (wrong > 0) text += fmt::format(", of which {} cannot be run", wrong);
    return {text, Tone::Bad};
  }
  if (suite.early_end)
    return {fmt::format("{} of {} were not run: {}", suite.count(SuiteStatus::NotRun),
                        counted(all, "scenario"), suite.early_end->words()),
            Tone::Warn};
  if (suite.expectations() == 0) return {"Nothing is expected", Tone::Warn};
  return {fmt::format("What is expected holds ({}, {})", counted(all, "scenario"),
                      counted(suite.expectations(), "expectation")),
          Tone::Good};
}

std::vector<Sentence> suite_reasons(const Suite& suite) {
  std::vector<Sentence> reasons;
  for (const SuiteItem& item : suite.items) {
    if (item.status() == SuiteStatus::Fails) {
      reasons.push_back({{item.file, Tone::Strong},
                         fmt::format(": {} of {} fail", item.failed(),
                                     counted(item.report->expectations.size(), "expectation"))});
    } else if (item.status() == SuiteStatus::Wrong) {
      reasons.push_back({{item.file, Tone::Strong}, ": it cannot be run"});
    }
  }
  return reasons;
}

void add_failed_expectations(HtmlPage& page, const RunReport& report) {
  std::vector<Block> blocks;
  for (const ExpectationReport& expectation : report.expectations) {
    if (expectation.holds) continue;
    blocks.push_back(Item{{{"expected: " + expectation.text, Tone::Good}}});
    blocks.push_back(Item{{{"found: " + expectation.found, Tone::Bad}}, 2});
    const std::string reason = failure_reason(expectation);
    if (!reason.empty()) blocks.push_back(Item{{"because: " + reason}, 2});
    blocks.push_back(
        Item{{{place(report.file, expectation.line, expectation.column), Tone::Faint}}, 2});
  }
  page.document({{}, [&blocks] { return blocks; }});
}

// Only of what was expected: a scenario may well show how a connection dies.
std::vector<std::size_t> unexpected(const Scenario& scenario, const RunReport& report) {
  RunReport of_expectations = report;
  of_expectations.connections.clear();
  return failed_connections(scenario, of_expectations);
}

void add_failed_scenario(HtmlPage& page, const SuiteItem& item, const SuiteForPage& its) {
  const RunReport& report = *item.report;
  if (!report.title.empty()) page.words({{report.title, Tone::Strong}});
  add_failed_expectations(page, report);
  const Result<Scenario> scenario = its.read(item.file);
  if (!scenario.ok()) return;
  page.figure("All connections of " + item.file + " on one line of time",
              [&](std::ostream& out, const std::string& id) {
                write_run_svg(out, scenario.value(), report, id);
              });
  add_ladders(page,
              {scenario.value(), report.seed, unexpected(scenario.value(), report), its.stop});
}

}  // namespace

void write_suite_page(std::ostream& out, const SuiteForPage& its, const std::string& made_by) {
  const Suite& suite = its.suite;
  HtmlPage page(out, counted(suite.items.size(), "scenario"));
  page.verdict(suite_verdict(suite), suite_reasons(suite));
  page.section("What failed, and why");
  std::size_t drawn = 0;
  std::size_t left_out = 0;
  for (const SuiteItem& item : suite.items) {
    if (item.status() == SuiteStatus::Wrong) {
      page.part(item.file);
      for (const Diagnostic& error : item.errors)
        page.words(
            {{place(error.file, error.line, error.column) + ": " + error.message, Tone::Bad}});
    } else if (item.status() == SuiteStatus::Fails) {
      if (++drawn > kMostDrawn) {
        ++left_out;
        continue;
      }
      page.part(item.file);
      add_failed_scenario(page, item, its);
    }
  }
  if (!suite.fails()) page.words({"Nothing."});
  if (left_out > 0)
    page.words({{fmt::format("{} more failed; they are below.", counted(left_out, "scenario")),
                 Tone::Faint}});
  page.section("Everything that was run");
  page.document(describe_suite(suite, its.changes));
  page.end(made_by);
}

}  // namespace stayalive
