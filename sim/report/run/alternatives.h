// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "document/document.h"
#include "document/tree.h"
#include "run/report.h"

namespace stayalive {

// Which way was taken when: a table of the changes and what the watchers saw, and one of the ways
// that each connection's packets took.  Nothing where there are no alternatives.
void add_alternatives(std::vector<Block>& blocks, const RunReport& report);

Tree alternatives_tree(const std::vector<AlternativesReport>& alternatives);
// Of one connection.
Tree shares_tree(const std::vector<WayShare>& ways);

}  // namespace stayalive
