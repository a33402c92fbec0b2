// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "run/report.h"

namespace stayalive {

// By which ways the packets of a connection went, and why that changed: sentences, each with its
// full stop; none where there are no alternatives on the path.
std::vector<std::string> way_sentences(const ConnectionReport& connection);

}  // namespace stayalive
