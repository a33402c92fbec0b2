// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>
#include <vector>

#include "document/document.h"
#include "document/tree.h"
#include "run/warning.h"

namespace stayalive {

// "warns  FILE:LINE:COLUMN: TEXT" as an item.  file: the scenario's.
void add_warning(std::vector<Block>& blocks, const std::string& file, const Warning& warning,
                 std::size_t indent);
Tree warnings_tree(const std::vector<Warning>& warnings);

}  // namespace stayalive
