// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <vector>

#include "document/document.h"
#include "run/report.h"

namespace stayalive {

// What follows the heading of a run: its tables, the last words of the programs, and the
// expectations.
void add_run_body(std::vector<Block>& blocks, const RunReport& report);

// Runs as a document: of each a row per connection, the last words of the programs, and the
// expectations.  The reports have to outlive it.
Document describe_runs(std::span<const RunReport> reports);

}  // namespace stayalive
