// SPDX-License-Identifier: Apache-2.0
#include "document/table.h"

#include <algorithm>

namespace stayalive {
namespace {

std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

}  // namespace

void Table::print(std::ostream& out, const Style& style) const {
  std::vector<std::size_t> widths;
  for (const std::string& title : header_) widths.push_back(width(title));
  for (const Row& row : rows_) {
    for (std::size_t i = 0; i < row.cells.size() && !row.across; ++i)
      widths[i] = std::max(widths[i], width(row.cells[i].text));
  }
  const auto line = [&](const std::vector<Cell>& row) {
    std::string text;
    for (std::size_t i = 0; i < row.size(); ++i) {
      text += row[i].painted.empty() ? row[i].text : row[i].painted;
      if (i + 1 < row.size()) text += std::string(widths[i] - width(row[i].text) + 2, ' ');
    }
    while (!text.empty() && text.back() == ' ') text.pop_back();
    out << text << '\n';
  };
  std::vector<Cell> titles;
  for (const std::string& title : header_) titles.push_back({title, style.faint(title)});
  line(titles);
  for (const Row& row : rows_) line(row.cells);
}

}  // namespace stayalive
