// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "study/suite/suite.h"
#include "support/small_scenario.h"
#include "support/temporary_folder.h"

namespace stayalive {

// Runs every scenario in a folder.
inline Suite run_folder(const TemporaryFolder& folder, unsigned threads = 1) {
  SuiteOptions options;
  options.jobs.threads = threads;
  return run_suite(find_scenarios({folder.path().string()}), options);
}

}  // namespace stayalive
