// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

namespace stayalive {

// A line of a text around a place in it, and a mark to be printed below: as many blanks, and a
// caret.  A tab is shown as a blank.
struct Excerpt {
  std::string line;
  std::string mark;
};
// column: of the place, in characters from 1; beyond the end of the line it is its end.  At most
// `width` columns; what is left out of a longer line is an ellipsis.
Excerpt excerpt_around(std::string_view line, std::size_t column, std::size_t width);

}  // namespace stayalive
