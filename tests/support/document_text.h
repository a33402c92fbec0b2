// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sstream>
#include <string>
#include <string_view>
#include <utility>

#include "document/print/formats.h"

namespace stayalive {

// A document as --format and --width print it.
inline std::string printed(const Document& document, std::string_view format = "text",
                           const PrintOptions& options = {}) {
  std::ostringstream out;
  make_printer(format, out, options)->print(document);
  return out.str();
}

// These blocks as a document of their own.
inline std::string printed_blocks(std::vector<Block> blocks, std::string_view format = "text",
                                  const PrintOptions& options = {}) {
  return printed({{}, [&blocks] { return std::move(blocks); }}, format, options);
}

// Data as a document of its own.
inline std::string printed_data(const Tree& data) {
  return printed({[&data] { return data; }, {}}, "json");
}

}  // namespace stayalive
