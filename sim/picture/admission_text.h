// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "run/report.h"

namespace stayalive {

// How it came into a server that serves several connections: "waited 4.72s in the accept queue of
// web; 5 SYNs found that queue full".  Empty where the server had room, and of connections with one
// of their own.
std::string admission_text(const ConnectionReport& connection);

}  // namespace stayalive
