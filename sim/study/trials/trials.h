// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "scenario/scenario.h"
#include "study/trials/job_pool.h"
#include "study/trials/tally.h"

namespace stayalive {

// Runs a scenario `runs` times, with the scenario's own seed and those that follow it, and adds up
// what became of each connection.  The same whatever the number of threads; fewer runs only when
// options.stop or options.leave was requested.
std::vector<Tally> run_trials(const Scenario& scenario, std::uint64_t runs,
                              const JobOptions& options = {});

}  // namespace stayalive
