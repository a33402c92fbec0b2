// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "document/table.h"

namespace stayalive {

// How the columns of a table share the width of a terminal.  In this order it is made to fit: a
// column that goes below stands under its row, titles and the text of columns that wrap are broken
// into lines, and columns of the greatest rank are left out.
struct Layout {
  struct Place {
    std::size_t column = 0;
    std::size_t width = 0;
  };
  // Between two columns.
  static constexpr std::size_t kSpace = 2;
  // Before what stands under a row.
  static constexpr std::size_t kIndent = 4;

  // What is shown side by side, in order.
  std::vector<Place> places;
  // Of the table when it need not fit anything.
  std::size_t natural_width = 0;
  // The column that stands under its row.
  std::optional<std::size_t> below;
  std::vector<std::size_t> left_out;
  // Not even the columns that must be shown fit side by side: each has a line of its own.
  bool as_records = false;
};

// width: 0 for as much as is needed.
Layout lay_out(const Table& table, std::size_t width);

}  // namespace stayalive
