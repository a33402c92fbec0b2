// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>

#include "document/document.h"
#include "run/report.h"

namespace stayalive {

// Runs as a document: of each a row per connection, the last words of the programs, and the
// expectations.  The reports have to outlive it.
Document describe_runs(std::span<const RunReport> reports);

}  // namespace stayalive
