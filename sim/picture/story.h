// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "run/report.h"

namespace stayalive {

// What happened to a connection and why, in a few plain sentences.
std::vector<std::string> tell_story(const ConnectionReport& connection);

}  // namespace stayalive
