// SPDX-License-Identifier: Apache-2.0
#include "report/page/run_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "picture/blame_text.h"
#include "picture/chart/run_chart.h"
#include "picture/failure_reason.h"
#include "report/counted.h"
#include "report/early_end.h"
#include "report/page/evidence.h"
#include "report/page/html_page.h"
#include "report/page/replayed_ladders.h"
#include "report/run/run.h"
#include "run/held.h"

namespace stayalive {
namespace {

// Of the expectations where there are any, else of the connections.
Phrase run_verdict(const RunReport& report) {
  if (report.early_end)
    return {fmt::format("Not run to the end: {}", report.early_end->words()), Tone::Warn};
  const std::size_t all = report.expectations.size();
  const auto hold = static_cast<std::size_t>(
      std::ranges::count(report.expectations, true, &ExpectationReport::holds));
  if (all > 0 && hold == all)
    return {fmt::format("What is expected holds ({})", counted(all, "expectation")), Tone::Good};
  if (all > 0)
    return {fmt::format("{} of {} fail", all - hold, counted(all, "expectation")), Tone::Bad};
  const std::size_t connections = report.connections.size();
  const auto held_up = static_cast<std::size_t>(std::ranges::count_if(report.connections, held));
  if (held_up == connections)
    return {connections == 1 ? "The connection held" : "Every connection held", Tone::Good};
  return {fmt::format("{} of {} did not hold", connections - held_up,
                      counted(connections, "connection")),
          Tone::Bad};
}

std::vector<Sentence> run_reasons(const RunReport& report) {
  std::vector<Sentence> reasons;
  for (const ExpectationReport& expectation : report.expectations) {
    if (expectation.holds) continue;
    const Phrase word = expectation.decided ? Phrase("fails: ", Tone::Bad) : Phrase("open: ");
    Sentence reason{word, expectation.text + "; found: " + expectation.found};
    if (const std::string why = failure_reason(expectation); !why.empty())
      reason.emplace_back(". " + why);
    reasons.push_back(std::move(reason));
  }
  if (!report.expectations.empty()) return reasons;
  for (const ConnectionReport& connection : report.connections) {
    if (held(connection)) continue;
    reasons.push_back({{connection.name, Tone::Strong}, ": " + blame_sentence(connection.blame)});
  }
  return reasons;
}

}  // namespace

void write_run_page(std::ostream& out, const RunForPage& run, const std::string& made_by) {
  const RunReport& report = run.report;
  HtmlPage page(out, report.title.empty() ? report.file : report.title);
  const RunReport in_its_words = in_words(report, run.wording);
  page.verdict(run_verdict(report), run_reasons(in_its_words));
  page.section("What became of each connection");
  page.figure("All connections on one line of time",
              [&](std::ostream& drawing, const std::string& id) {
                write_run_svg(drawing, run.scenario, in_its_words, id);
              });
  const std::vector<std::size_t> failed = failed_connections(run.scenario, report);
  page.section("What did not hold, packet by packet");
  if (failed.empty()) page.words({"Every connection held."});
  add_ladders(page, {run.scenario, report.seed, failed, run.stop, run.wording});
  page.section("Evidence");
  page.document(describe_runs({&report, 1}));
  page.section("Where the values are from");
  add_sources(page, {&run.scenario});
  if (!run.text.empty()) {
    page.section("The scenario");
    for (const std::string& set : report.set) page.words({"With " + set});
    page.file(report.file, run.text);
  }
  page.end(made_by);
}

}  // namespace stayalive
