// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "run/report.h"

namespace stayalive {

// What became of a connection whose client had several side by side, in sentences.  It must be one.
std::vector<std::string> tell_session(const ConnectionReport& connection);

}  // namespace stayalive
