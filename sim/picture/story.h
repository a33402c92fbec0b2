// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "run/report.h"

namespace stayalive {

// What happened to a connection and why: at least two sentences, each with its full stop, first how
// it began, then who is to blame, then what became of the client and of the server.  Instants count
// from the beginning of the run; end: that of the run.
std::vector<std::string> tell_story(const ConnectionReport& connection, TimePoint end);

}  // namespace stayalive
