// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "document/document.h"
#include "document/tree.h"
#include "study/sweep/sweep.h"

namespace stayalive {

// Each expectation of the scenario, and the points at which it does not come true in every run,
// with what was found instead; nothing where the scenario expects nothing.
void add_sweep_expectations(std::vector<Block>& blocks, const Sweep& sweep);
// Of one point.
Tree expectations_tree(const SweepPoint& point);

}  // namespace stayalive
