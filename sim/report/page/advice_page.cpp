// SPDX-License-Identifier: Apache-2.0
#include "report/page/advice_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/text.h"
#include "picture/blame_text.h"
#include "picture/chart/chart_svg.h"
#include "report/advice/advice.h"
#include "report/advice/comparison.h"
#include "report/advice/comparison_chart.h"
#include "report/advice/failure.h"
#include "report/advice/window_chart.h"
#include "report/counted.h"
#include "report/page/evidence.h"
#include "report/page/html_page.h"
#include "report/page/replayed_ladders.h"
#include "report/web/web_advice.h"

namespace stayalive {
namespace {

Phrase advice_verdict(const Advice& advice) {
  if (advice.recommendation)
    return {"Use " + print_duration(advice.recommendation->trial.interval), Tone::Good};
  if (advice.interrupted) return {"The search was stopped before there was an answer", Tone::Warn};
  return {advice.best ? "No interval holds often enough" : "No interval holds", Tone::Bad};
}

// The nearest intervals that do not hold, and why.
std::vector<std::pair<const IntervalTrial*, const Constraint*>> failures_of(const Advice& advice) {
  std::vector<std::pair<const IntervalTrial*, const Constraint*>> all;
  for (const std::optional<WindowEnd>* end : {&advice.most, &advice.least}) {
    if (*end && (*end)->outside) all.emplace_back(&*(*end)->outside, &(*end)->constraint);
  }
  for (const Failure& failure : advice.contradiction)
    all.emplace_back(&failure.trial, &failure.constraint);
  return all;
}

std::vector<Sentence> advice_reasons(const Advice& advice) {
  std::vector<Sentence> reasons;
  if (advice.least && advice.most) {
    reasons.push_back({fmt::format(
        "Intervals from {} to {} hold, for {}.", print_duration(advice.least->inside.interval),
        print_duration(advice.most->inside.interval), print_duration(advice.rules.survive))});
  }
  for (const auto& [trial, constraint] : failures_of(advice)) {
    reasons.push_back({fmt::format("{} does not: {}.", print_duration(trial->interval),
                                   failure_sentence(*trial, *constraint))});
  }
  return reasons;
}

void add_failed_trials(HtmlPage& page, const AdviceForPage& its) {
  bool any = false;
  for (const auto& [trial, constraint] : failures_of(its.advice)) {
    const Result<Scenario> scenario = its.subject.at(trial->interval, its.advice.strategy);
    if (!scenario.ok() || trial->answer == IntervalTrial::Answer::Refused) continue;
    any = true;
    Scenario tried = scenario.value();
    tried.duration = trial->span;
    page.part(fmt::format("{}: {}", print_duration(trial->interval),
                          failure_sentence(*trial, *constraint)));
    add_ladders(page, {tried,
                       trial->tally.failed_seed ? trial->tally.failed_seed : its.subject.seed,
                       {its.subject.connection},
                       its.stop});
  }
  if (!any) page.words({"No interval failed in a run."});
}

Phrase comparison_verdict(const Comparison& comparison) {
  const auto hold = static_cast<std::size_t>(std::ranges::count_if(
      comparison.rows, [](const ComparisonRow& row) { return row.tally.held == row.tally.runs; }));
  const std::size_t all = comparison.rows.size();
  const std::string span = print_duration(comparison.span);
  if (comparison.interrupted) return {"The comparison was stopped before its end", Tone::Warn};
  if (hold == all) return {all == 1 ? "It holds for " + span : "All hold for " + span, Tone::Good};
  if (hold == 0) return {all == 1 ? "It does not hold" : "None holds for " + span, Tone::Bad};
  return {fmt::format("{} of {} hold for {}", hold, all, span), Tone::Warn};
}

std::vector<Sentence> comparison_reasons(const Comparison& comparison) {
  std::vector<Sentence> reasons;
  for (const ComparisonRow& row : comparison.rows) {
    const Tally& tally = row.tally;
    const bool holds = tally.held == tally.runs;
    Sentence reason{{row.label, Tone::Strong}, holds ? " holds" : " does not hold"};
    if (tally.runs > 1)
      reason.emplace_back(fmt::format(" ({} of {})", tally.held, counted(tally.runs, "run")));
    if (!holds) reason.emplace_back(": " + blame_sentence(tally.blame));
    reasons.push_back(std::move(reason));
  }
  return reasons;
}

void add_failed_contestants(HtmlPage& page, const ComparisonForPage& its) {
  std::size_t failed = 0;
  for (std::size_t i = 0; i < its.comparison.rows.size(); ++i) {
    const ComparisonRow& row = its.comparison.rows[i];
    if (row.tally.held == row.tally.runs || ++failed > kMostLadders) continue;
    page.part(row.label);
    const Contestant& contestant = its.contestants[i];
    add_ladders(page,
                {contestant.scenario, row.tally.failed_seed, {contestant.connection}, its.stop});
  }
  if (failed == 0) page.words({"Each of them held."});
  if (failed > kMostLadders)
    page.words({{fmt::format("{} more did not hold.", failed - kMostLadders), Tone::Faint}});
}

}  // namespace

void write_advice_page(std::ostream& out, const AdviceForPage& its, const std::string& made_by) {
  const Advice& advice = its.advice;
  HtmlPage page(out,
                fmt::format("{} through {}", advice.asked().label(std::nullopt), advice.where));
  page.verdict(advice_verdict(advice), advice_reasons(advice));
  if (has_window(advice)) {
    page.section("Which intervals hold");
    page.figure("The intervals that hold, on a line",
                [&](std::ostream& drawing, const std::string& id) {
                  write_window_svg(drawing, advice, id);
                });
  }
  page.section("What did not hold, packet by packet");
  add_failed_trials(page, its);
  page.section("Evidence");
  page.document(describe_advice(advice));
  const Duration interval =
      advice.recommendation ? advice.recommendation->trial.interval : its.subject.strategy.usual();
  const Result<Scenario> scenario = its.subject.at(interval);
  if (scenario.ok()) {
    page.section("Where the values are from");
    add_sources(page, {&scenario.value()});
  }
  page.section("The scenario");
  page.file(its.subject.document.file().empty() ? "As it was tried, with other intervals in it"
                                                : its.subject.document.file(),
            its.subject.document.text());
  page.end(made_by);
}

void write_comparison_page(std::ostream& out, const ComparisonForPage& its,
                           const std::string& made_by) {
  HtmlPage page(out, "Through " + its.comparison.where);
  page.verdict(comparison_verdict(its.comparison), comparison_reasons(its.comparison));
  page.section("What it costs");
  if (const std::optional<Chart> chart = draw_comparison(its.comparison)) {
    page.figure("Costs against the time to notice a crash",
                [&](std::ostream& drawing, const std::string& id) {
                  write_chart_svg(drawing, *chart, id);
                });
  } else {
    page.words({"None of them lives until a crash, so that there is nothing to draw."});
  }
  page.section("What did not hold, packet by packet");
  add_failed_contestants(page, its);
  page.section("Evidence");
  page.document(describe_comparison(its.comparison));
  page.section("Where the values are from");
  std::vector<const Scenario*> scenarios;
  for (const Contestant& contestant : its.contestants) scenarios.push_back(&contestant.scenario);
  add_sources(page, scenarios);
  page.end(made_by);
}

void write_web_page(std::ostream& out, const WebAdvice& advice, const std::string& made_by) {
  const std::string kept = print_duration(advice.question.keep_alive);
  HtmlPage page(out, fmt::format("{} with a keep-alive timeout of {}: {}", advice.question.server,
                                 kept, advice.question.path.words()));
  std::vector<Sentence> reasons;
  if (advice.recommended && !advice.today.holds())
    reasons.push_back({"Keep idle connections for " + print_duration(*advice.recommended) + "."});
  page.verdict(advice.today.holds() ? Phrase("No request fails with " + kept, Tone::Good)
                                    : Phrase("Requests fail with " + kept, Tone::Bad),
               reasons);
  page.section("Evidence");
  page.document(describe_web_advice(advice));
  page.end(made_by);
}

}  // namespace stayalive
