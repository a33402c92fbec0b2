// SPDX-License-Identifier: Apache-2.0
#include "report/suite/changes.h"

#include <fmt/format.h>

#include "report/counted.h"
#include "report/suite/one_line.h"

namespace stayalive {
namespace {

std::string holds_or_fails(bool holds) { return holds ? "holds" : "fails"; }

std::string was_line(const ConnectionChange& change) {
  return change.was ? in_one_line(*change.was) : "not there";
}

std::string now_line(const ConnectionChange& change) {
  return change.now ? in_one_line(*change.now) : "gone";
}

void add_connection_change(std::vector<Block>& blocks, const ConnectionChange& change) {
  constexpr std::size_t kIndent = 6;
  blocks.push_back(Item{{change.name}, kIndent, kIndent + 2});
  blocks.push_back(Item{{{"- was: " + was_line(change), Tone::Faint}}, kIndent, kIndent + 4});
  blocks.push_back(Item{{"+ now: " + now_line(change)}, kIndent, kIndent + 4});
}

Value line_or_nothing(const std::optional<ConnectionReport>& connection) {
  return connection ? Value(in_one_line(*connection)) : Value();
}

}  // namespace

void add_changes(std::vector<Block>& blocks, const Changes& changes) {
  constexpr std::size_t kHang = 6;
  std::size_t changed = 0;
  std::size_t added = 0;
  std::size_t gone = 0;
  std::size_t wrong = 0;
  blocks.push_back(Gap{});
  blocks.push_back(Heading{{"Since " + changes.baseline + ":"}, 2});
  for (const ScenarioChange& change : changes.scenarios) {
    if (!change.held) {
      ++added;
      blocks.push_back(Item{{{"new", Tone::Warn}, "      " + change.file}, 0, kHang});
      continue;
    }
    if (change.wrong) {
      ++wrong;
      blocks.push_back(
          Item{{{"wrong", Tone::Bad}, "    " + change.file + ": can no longer be run"}, 0, kHang});
      continue;
    }
    if (!change.holds) {
      ++gone;
      blocks.push_back(Item{{{"gone", Tone::Warn}, "     " + change.file}, 0, kHang});
      continue;
    }
    ++changed;
    std::string text = "  " + change.file;
    if (change.held != change.holds) {
      text += fmt::format(": was: {}, now: {}", holds_or_fails(*change.held),
                          holds_or_fails(*change.holds));
    }
    blocks.push_back(Item{{{"changed", Tone::Warn}, text}, 0, kHang});
    for (const ConnectionChange& connection : change.connections) {
      add_connection_change(blocks, connection);
    }
  }
  std::string sum = fmt::format("{} compared: {} changed; {} new, {} gone",
                                counted(changes.compared, "scenario"), changed, added, gone);
  if (wrong > 0) sum += fmt::format(", {} can no longer be run", wrong);
  blocks.push_back(Line{{sum}});
}

void add_change_rows(Table& table, const Changes& changes) {
  const auto add_row = [&table](const std::string& file, const char* status, const std::string& was,
                                const std::string& now) {
    table.add({file, Value(), Value(), status, was, now, ""});
  };
  for (const ScenarioChange& change : changes.scenarios) {
    if (!change.held || !change.holds) {
      add_row(change.file, change.wrong ? "wrong" : change.held ? "gone" : "new", "", "");
      continue;
    }
    if (change.held != change.holds) {
      add_row(change.file, "changed", holds_or_fails(*change.held), holds_or_fails(*change.holds));
    }
    for (const ConnectionChange& connection : change.connections) {
      const std::string start = connection.name + ": ";
      add_row(change.file, "changed", start + was_line(connection), start + now_line(connection));
    }
  }
}

Tree changes_tree(const Changes& changes) {
  Tree scenarios = Tree::list();
  for (const ScenarioChange& change : changes.scenarios) {
    Tree connections = Tree::list();
    for (const ConnectionChange& connection : change.connections) {
      connections.add(Tree::record({{"name", connection.name},
                                    {"was", line_or_nothing(connection.was)},
                                    {"now", line_or_nothing(connection.now)}}));
    }
    scenarios.add(Tree::record({{"scenario", change.file},
                                {"held", change.held},
                                {"holds", change.holds},
                                {"wrong", change.wrong},
                                {"connections", std::move(connections)}}));
  }
  return Tree::record({{"baseline", changes.baseline},
                       {"compared", changes.compared},
                       {"scenarios", std::move(scenarios)}});
}

}  // namespace stayalive
