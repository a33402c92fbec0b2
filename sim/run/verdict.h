// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "run/faults.h"
#include "run/report.h"
#include "run/world.h"

namespace stayalive {

// Judges one connection after the run: outcomes, instants, blame and counters of both sides.  Pure:
// the same world gives the same report.
ConnectionReport judge(const Scenario& scenario, const World& world, std::size_t connection);

}  // namespace stayalive
