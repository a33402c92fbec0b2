// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "run/report.h"
#include "run/world.h"

namespace stayalive {

// Sums up what became of the members of a population after the run.  connection: one that stands
// for many.
ConnectionReport judge_population(const Scenario& scenario, const World& world,
                                  std::size_t connection);

}  // namespace stayalive
