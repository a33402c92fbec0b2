// SPDX-License-Identifier: Apache-2.0
#include "ladder_tree.h"

#include <array>
#include <string_view>
#include <utility>

#include "base/ids.h"

namespace stayalive {
namespace {

template <class Enum, std::size_t count>
std::string_view word_of(Enum value, const std::array<std::string_view, count>& words) {
  return words[static_cast<std::size_t>(value)];
}

Tree cell_tree(const Ladder::Cell& cell) {
  constexpr std::array<std::string_view, 4> kStates = {"nothing", "knows", "forgot", "black-hole"};
  return Tree::record({{"state", word_of(cell.state, kStates)},
                       {"before", cell.before},
                       {"left", cell.left},
                       {"after", cell.after}});
}

Tree row_tree(const Ladder::Row& row) {
  constexpr std::array<std::string_view, 6> kKinds = {"packet", "event",   "pause",
                                                      "repeat", "omitted", "end"};
  constexpr std::array<std::string_view, 4> kDeliveries = {"arrived", "dropped", "lost",
                                                           "under-way"};
  constexpr std::array<std::string_view, 4> kTones = {"plain", "good", "warn", "bad"};
  Tree cells = Tree::list();
  for (const Ladder::Cell& cell : row.cells) cells.add(cell_tree(cell));
  return Tree::record({{"kind", word_of(row.kind, kKinds)},
                       {"at", row.at},
                       {"until", row.until},
                       {"from", row.from},
                       {"to", row.to},
                       {"delivery", word_of(row.delivery, kDeliveries)},
                       {"label", row.label},
                       {"note", row.note},
                       {"tone", word_of(row.tone, kTones)},
                       {"cells", std::move(cells)}});
}

}  // namespace

Tree ladder_tree(const Ladder& ladder) {
  constexpr std::array<std::string_view, 3> kKinds = {"host", "box", "proxy"};
  Tree columns = Tree::list();
  for (const Ladder::Column& column : ladder.columns) {
    columns.add(Tree::record(
        {{"kind", word_of(column.kind, kKinds)}, {"name", column.name}, {"role", column.role}}));
  }
  Tree rows = Tree::list();
  for (const Ladder::Row& row : ladder.rows) rows.add(row_tree(row));
  return Tree::record({{"title", ladder.title},
                       {"summary", ladder.summary},
                       {"columns", std::move(columns)},
                       {"lines", Tree::list_of(ladder.lines)},
                       {"rows", std::move(rows)},
                       {"story", Tree::list_of(ladder.story)}});
}

}  // namespace stayalive
