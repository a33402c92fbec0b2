// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "document/document.h"
#include "run/report.h"

namespace stayalive {

// A table of the run's connections whose clients had several side by side: each as a whole, and
// below it its places.  Nothing where there are none.
void add_sessions(std::vector<Block>& blocks, const RunReport& report);

}  // namespace stayalive
