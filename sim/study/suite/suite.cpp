// SPDX-License-Identifier: Apache-2.0
#include "study/suite/suite.h"

#include <algorithm>
#include <utility>

#include "base/guarded.h"
#include "run/run.h"

namespace stayalive {
namespace {

void run_item(SuiteItem& item, const SuiteOptions& options) {
  if (!item.errors.empty()) return;
  std::vector<Diagnostic> mistakes = guarded(item.file, [&] {
    const Result<Scenario> scenario = read_scenario(item.file, options.parse);
    if (scenario.ok()) {
      RunReport report = run(scenario.value(), {.seed = options.seed, .stop = options.jobs.leave});
      if (!report.early_end) item.report = std::move(report);
    } else {
      item.errors = scenario.errors();
    }
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
    suite.items.push_back({file.file, file.errors, std::nullopt});
  }
  run_jobs(
      suite.items.size(), [&](std::size_t i) { run_item(suite.items[i], options); }, options.jobs);
  if (suite.count(SuiteStatus::NotRun) > 0) suite.early_end = EarlyEnd{};
  return suite;
}

}  // namespace stayalive
