// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "document/document.h"
#include "run/report.h"

namespace stayalive {

// Appends what became of the connections that stand for many: a row each, and below it what brought
// their members down.  Nothing when there are none.
void add_populations(std::vector<Block>& blocks, const RunReport& report);

}  // namespace stayalive
