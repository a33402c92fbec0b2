// SPDX-License-Identifier: Apache-2.0
#include "report/run/warning.h"

#include "document/place.h"

namespace stayalive {

void add_warning(std::vector<Block>& blocks, const std::string& file, const Warning& warning,
                 std::size_t indent) {
  const std::string where = place(file, warning.place.line, warning.place.column);
  blocks.push_back(
      Item{{{"warns", Tone::Warn}, "  " + where + ": " + warning.text}, indent, indent + 7});
}

Tree warnings_tree(const std::vector<Warning>& warnings) {
  Tree list = Tree::list();
  for (const Warning& warning : warnings) {
    const TextPlace& at = warning.place;
    list.add(Tree::record({{"text", warning.text},
                           {"pointer", at.pointer},
                           {"line", at.line == 0 ? Value() : Value(at.line)},
                           {"column", at.column == 0 ? Value() : Value(at.column)}}));
  }
  return list;
}

}  // namespace stayalive
