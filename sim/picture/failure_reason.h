// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "run/report.h"

namespace stayalive {

// Why an expectation fails, as a sentence with its full stop: who is to blame for what was found,
// by which timer, and who refreshed it last.  Empty when it holds, and where nobody is to blame.
std::string failure_reason(const ExpectationReport& expectation);

}  // namespace stayalive
