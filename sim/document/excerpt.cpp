// SPDX-License-Identifier: Apache-2.0
#include "document/excerpt.h"

#include <algorithm>
#include <vector>

#include "document/width.h"

namespace stayalive {

Excerpt excerpt_around(std::string_view line, std::size_t column, std::size_t width) {
  const std::string blanked = [line] {
    std::string text(line);
    std::replace(text.begin(), text.end(), '\t', ' ');
    return text;
  }();
  const std::vector<std::string> characters = characters_of(blanked);
  const std::size_t place = std::min(std::max<std::size_t>(column, 1) - 1, characters.size());
  std::size_t begin = 0;
  std::size_t end = characters.size();
  if (display_width(blanked) > width) {
    // A third of the room is for what stands before the place, as far as that is needed.
    const std::size_t room = width - std::min<std::size_t>(width, 2);
    const auto width_between = [&characters](std::size_t from, std::size_t to) {
      std::size_t columns = 0;
      for (std::size_t i = from; i < to; ++i) columns += display_width(characters[i]);
      return columns;
    };
    begin = place;
    while (begin > 0 && width_between(begin - 1, place) <= room / 3) --begin;
    end = begin;
    while (end < characters.size() && width_between(begin, end + 1) <= room) ++end;
    while (begin > 0 && width_between(begin - 1, end) <= room) --begin;
  }
  Excerpt excerpt{begin > 0 ? "…" : "", ""};
  for (std::size_t i = begin; i < end; ++i) {
    if (i == place) excerpt.mark = std::string(display_width(excerpt.line), ' ') + "^";
    excerpt.line += characters[i];
  }
  if (excerpt.mark.empty()) excerpt.mark = std::string(display_width(excerpt.line), ' ') + "^";
  if (end < characters.size()) excerpt.line += "…";
  return excerpt;
}

}  // namespace stayalive
