// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <ostream>
#include <string>
#include <vector>

#include "document/style.h"
#include "picture/ladder/ladder.h"

namespace stayalive {

// The fewest letters a line must have for this ladder.
std::size_t least_width(const Ladder& ladder);
// Draws it with letters, no line longer than `width` code points; width is at least least_width().
void write_ladder_text(std::ostream& out, const Ladder& ladder, std::size_t width,
                       const Style& style);

// The same in parts, each of lines that end.
struct LadderLines {
  std::string header;
  std::vector<std::string> rows;  // one part for each row of the ladder
  std::string legend;
};
LadderLines ladder_lines(const Ladder& ladder, std::size_t width, const Style& style);

}  // namespace stayalive
