// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "run/report.h"

namespace stayalive {

// What became of a connection in one line: "client detected, server forgotten; forgotten at 5m;
// client noticed at 22m4s; blame home-router: tcp.established 5m".
std::string in_one_line(const ConnectionReport& connection);

}  // namespace stayalive
