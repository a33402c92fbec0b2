// SPDX-License-Identifier: Apache-2.0
#include "study/suite/suite.h"

#include <algorithm>
#include <utility>

#include "base/guarded.h"
#include "run/estimate.h"
#include "run/run.h"

namespace stayalive {
namespace {

void run_item(SuiteItem& item, const SuiteOptions& options) {
  if (!item.errors.empty()) return;
  std::vector<Diagnostic> mistakes = guarded(item.file, [&] {
    const Result<Scenario> scenario = read_scenario(item.file, options.parse);
    item.errors = scenario.ok() ? refuse_hopeless(scenario.value()) : scenario.errors();
    if (!item.errors.empty()) return;
    RunReport report = run(scenario.value(), {.seed = options.seed, .stop = options.jobs.leave});
    item.early_end = report.early_end;
    if (!report.early_end) item.report = std::move(report);
  });
  if (mistakes.empty()) return;
  item.report.reset();
  item.errors = std::move(mistakes);
}

}  // namespace

SuiteStatus SuiteItem::status() const {
  if (!errors.empty()) return SuiteStatus::Wrong;
  if (!report) return SuiteStatus::NotRun;
  if (report->expectations.empty()) return SuiteStatus::NoExpectations;
  return report->holds() ? SuiteStatus::Holds : SuiteStatus::Fails;
}

std::size_t SuiteItem::failed() const {
  if (!report) return 0;
  return static_cast<std::size_t>(
      std::count_if(report->expectations.begin(), report->expectations.end(),
                    [](const ExpectationReport& expectation) { return !expectation.holds; }));
}

bool Suite::holds() const {
  return std::all_of(items.begin(), items.end(),
                     [](const SuiteItem& item) { return item.report && item.report->holds(); });
}

bool Suite::fails() const { return count(SuiteStatus::Wrong) + count(SuiteStatus::Fails) > 0; }

std::size_t Suite::count(SuiteStatus status) const {
  return static_cast<std::size_t>(
      std::count_if(items.begin(), items.end(),
                    [status](const SuiteItem& item) { return item.status() == status; }));
}

std::size_t Suite::expectations() const {
  std::size_t sum = 0;
  for (const SuiteItem& item : items) sum += item.report ? item.report->expectations.size() : 0;
  return sum;
}

std::size_t Suite::failed_expectations() const {
  std::size_t sum = 0;
  for (const SuiteItem& item : items) sum += item.failed();
  return sum;
}

std::size_t Suite::warnings() const {
  std::size_t sum = 0;
  for (const SuiteItem& item : items) sum += item.report ? item.report->warnings.size() : 0;
  return sum;
}

Suite run_suite(const ScenarioFiles& files, const SuiteOptions& options) {
  Suite suite;
  suite.skipped = files.skipped;
  for (const ScenarioFile& file : files.files) {
    suite.items.push_back({file.file, file.errors, std::nullopt, std::nullopt});
  }
  run_jobs(
      suite.items.size(), [&](std::size_t i) { run_item(suite.items[i], options); }, options.jobs);
  for (const SuiteItem& item : suite.items) {
    if (item.status() != SuiteStatus::NotRun) continue;
    const bool limited = item.early_end && item.early_end->reason != EndReason::Stopped;
    if (!suite.early_end || limited) suite.early_end = item.early_end.value_or(EarlyEnd{});
    if (limited) break;
  }
  return suite;
}

}  // namespace stayalive
