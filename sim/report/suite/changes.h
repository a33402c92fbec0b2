// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "document/document.h"
#include "study/suite/changes.h"

namespace stayalive {

// Appends what has changed since a baseline, and a last line that sums up.
void add_changes(std::vector<Block>& blocks, const Changes& changes);
// Appends a row for each change to the table of a suite.
void add_change_rows(Table& table, const Changes& changes);
// The same as data, in the shape of docs/result.md.
Tree changes_tree(const Changes& changes);

}  // namespace stayalive
