// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ostream>

#include "document/table.h"
#include "study/suite/changes.h"
#include "study/suite/suite.h"

namespace stayalive {

// Writes a suite for people: a line for each scenario, what was expected and found where they
// differ, and a last line that sums up.
void write_suite_text(std::ostream& out, const Suite& suite, const Style& style);
// Writes what has changed since the baseline, and a last line that sums up.
void write_changes_text(std::ostream& out, const Changes& changes, const Style& style);
// What became of a connection in one line: "client detected, server forgotten; forgotten at 5m;
// client noticed at 22m4s; blame home-router: tcp.established 5m".
std::string in_one_line(const ConnectionReport& connection);

}  // namespace stayalive
