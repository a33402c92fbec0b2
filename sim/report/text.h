// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ostream>

#include "document/table.h"
#include "run/report.h"

namespace stayalive {

// Writes a run as a table for people: a row per connection, the last words of the programs, and the
// expectations.
void write_text(std::ostream& out, const RunReport& report, const Style& style);

}  // namespace stayalive
