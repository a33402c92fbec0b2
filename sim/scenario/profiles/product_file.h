// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "scenario/profiles/sourced_file.h"

namespace stayalive {

// A product other than a box, as its file describes it: a proxy, a server, a pool, a program that
// keeps alive.
struct ProductFile : SourcedFile {
  std::string name;
  std::string title;
  std::string simplified;  // what the product does beside this, which is not played
};

// What the file of one kind says beside its head and its values: read before those, and checked
// once all is read.
struct ProductParts {
  std::function<void(ObjectReader&)> before_values{};
  std::function<void(ObjectReader&)> after_values{};
};

// Reads JSON text that says it is of this kind ("proxy"); read_values reads what stands in its
// "values".  Every mistake.
std::vector<Diagnostic> read_product(
    std::string_view text, const std::string& file, std::string_view kind, ProductFile& product,
    const std::function<void(SourcedFileReader&, ObjectReader&)>& read_values,
    const ProductParts& parts = {});

}  // namespace stayalive
