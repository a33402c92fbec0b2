// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ostream>
#include <vector>

#include "run/report.h"

namespace stayalive {

// Writes the results of runs as one JSON document, in the shape of docs/result.md.  The same
// reports give the same bytes on every machine.
void write_json(std::ostream& out, const std::vector<RunReport>& reports);

}  // namespace stayalive
