// SPDX-License-Identifier: Apache-2.0
#include "document/table.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/check.h"
#include "document/brief.h"
#include "document/safe_text.h"

namespace stayalive {
namespace {

// How people read a value of a unit.
struct ReadByPeople {
  Unit unit;

  std::string operator()(std::monostate /*nothing*/) const { return "-"; }
  std::string operator()(bool flag) const { return flag ? "yes" : "no"; }
  std::string operator()(std::int64_t number) const { return std::to_string(number); }
  std::string operator()(std::uint64_t number) const { return std::to_string(number); }
  std::string operator()(double number) const {
    return unit == Unit::Ratio ? fmt::format("{:.1f} %", number * 100) : fmt::format("{}", number);
  }
  std::string operator()(Duration span) const { return brief(span); }
  std::string operator()(TimePoint at) const { return brief(at.time_since_epoch()); }
  std::string operator()(const std::string& text) const { return text; }
};

}  // namespace

void Table::add(std::vector<Cell> cells) {
  CHECK(cells.size() == columns_.size(), "a row has a cell for every column");
  rows_.push_back({std::move(cells)});
}

bool Table::is_for(Audience audience) const {
  return std::ranges::any_of(columns_,
                             [audience](const Column& column) { return column.is_for(audience); });
}

void Table::for_each_row(Audience audience, const Visit& visit) const {
  if (make_) return make_(audience, visit);
  for (const Row& row : rows_) visit(row);
}

std::string text_of(const Cell& cell, Unit unit) {
  return safe_line(cell.text ? *cell.text : std::visit(ReadByPeople{unit}, cell.value.variant()));
}

}  // namespace stayalive
