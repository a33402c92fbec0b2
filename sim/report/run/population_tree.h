// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "document/tree.h"
#include "run/report.h"

namespace stayalive {

// What became of the many that a connection stands for, in the shape of docs/result.md.
Tree population_tree(const PopulationReport& population);

}  // namespace stayalive
