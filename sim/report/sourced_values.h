// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "document/document.h"
#include "scenario/profiles/product_file.h"

namespace stayalive {

// Behind a value that nobody has read in a source: a question mark; else nothing.
const char* doubt(ValueStatus status);

// The values of a file with what they come from: as data, and a row for each.
Tree values_tree(const SourcedFile& file);
Table value_table(const SourcedFile& file);

// A product other than a box: as data, and for people.  kind: what it is, "proxy".
Tree product_tree(const ProductFile& product);
std::vector<Block> product_details(const ProductFile& product, const char* kind);

}  // namespace stayalive
