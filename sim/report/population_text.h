// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ostream>

#include "document/table.h"
#include "run/report.h"

namespace stayalive {

// What became of the connections that stand for many: a row each, and below it what brought their
// members down.  Nothing when there are none.
void write_populations(std::ostream& out, const RunReport& report, const Style& style);

}  // namespace stayalive
