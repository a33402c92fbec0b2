// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <utility>
#include <vector>

#include "document/table.h"
#include "document/tree.h"
#include "study/trials/tally.h"

namespace stayalive {

// What a connection costs its client in a day, in the shape of docs/result.md.
Tree cost_tree(const Cost& cost);
// The same on each medium, for programs: what a table has of it, and the cells of one row.  cost:
// nullptr where it is not known.
void add_media_columns(std::vector<Column>& columns);
void add_media_cells(std::vector<Cell>& cells, const Cost* cost);
// The same for people: each connection, by its label, on each medium.
Table media_table(const std::vector<std::pair<std::string, const Cost*>>& connections);
// On what its numbers rest.
std::string media_note();

}  // namespace stayalive
