// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "document/document.h"
#include "document/tree.h"
#include "run/report.h"

namespace stayalive {

// A row for each line whose queue has dropped anything; nothing where none has.
void add_links(std::vector<Block>& blocks, const RunReport& report);
// The lines with a rate.
Tree links_tree(const std::vector<LinkReport>& links);

}  // namespace stayalive
