// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "run/report.h"

namespace stayalive {

// Reads what a JSON result of `run` or `test` (docs/result.md) says of each run, as far as
// compare() of study/changes.h looks at it: files, expectations, and of each connection the
// outcomes, the blame, and when it was forgotten and noticed.  Members it does not know are passed
// over; any text is safe, and what is wrong is a Diagnostic.
Result<std::vector<RunReport>> parse_result(std::string_view text, const std::string& file);

}  // namespace stayalive
