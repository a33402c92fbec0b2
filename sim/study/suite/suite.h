// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "run/report.h"
#include "scenario/parse.h"
#include "study/suite/scenario_files.h"
#include "study/trials/job_pool.h"

// Many scenarios as one test of a policy.
namespace stayalive {

enum class SuiteStatus : std::uint8_t { Holds, Fails, NoExpectations, Wrong, NotRun };

// One scenario and what it has shown, or why it could not be run.
struct SuiteItem {
  std::string file;
  std::vector<Diagnostic> errors;
  std::optional<RunReport> report;  // empty exactly when there are errors or it was not run
  // Why it was not run to its end, where it had begun and reached a limit.
  std::optional<EarlyEnd> early_end{};

  SuiteStatus status() const;
  std::size_t failed() const;  // how many of its expectations fail
};

struct Suite {
  std::vector<SuiteItem> items;      // in the order of the files
  std::vector<std::string> skipped;  // JSON files that are something else
  // Why some were not run; what is known of a scenario is known of all of it.
  std::optional<EarlyEnd> early_end{};

  // Whether every scenario could be read and run and every expectation has come true.
  bool holds() const;
  // Whether one could not be read or run, or an expectation has failed.
  bool fails() const;
  std::size_t count(SuiteStatus status) const;
  std::size_t expectations() const;
  std::size_t failed_expectations() const;
  std::size_t warnings() const;
};

struct SuiteOptions {
  ParseOptions parse;
  std::optional<std::uint64_t> seed;  // instead of each scenario's own
  JobOptions jobs;
};

// Reads and runs every file, in parallel.  What is wrong with one does not keep the others from
// being run; the suite is the same whatever the number of threads.  When options.jobs.stop or leave
// is requested some are not run, and it has an early_end.
Suite run_suite(const ScenarioFiles& files, const SuiteOptions& options);

}  // namespace stayalive
