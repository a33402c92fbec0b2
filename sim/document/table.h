// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ostream>
#include <string>
#include <vector>

namespace stayalive {

// Terminal colours, or nothing at all when they are off.
class Style {
 public:
  explicit Style(bool colour) : colour_(colour) {}
  std::string good(const std::string& text) const { return paint("32", text); }
  std::string bad(const std::string& text) const { return paint("31", text); }
  std::string warn(const std::string& text) const { return paint("33", text); }
  std::string strong(const std::string& text) const { return paint("1", text); }
  std::string faint(const std::string& text) const { return paint("2", text); }

 private:
  std::string paint(const char* code, const std::string& text) const {
    return colour_ && !text.empty() ? "\033[" + std::string(code) + "m" + text + "\033[0m" : text;
  }
  bool colour_;
};

// Rows of text in aligned columns.  Widths are counted in code points of UTF-8; colours do not
// count.
class Table {
 public:
  explicit Table(std::vector<std::string> header) : header_(std::move(header)) {}
  struct Cell {
    std::string text;
    std::string painted;  // as text with colours; empty: as text
  };
  void add(std::vector<Cell> row) { rows_.push_back({std::move(row), false}); }
  // A line across all columns, which are none the wider for it.
  void rule(Cell line) { rows_.push_back({{std::move(line)}, true}); }
  void print(std::ostream& out, const Style& style) const;

 private:
  struct Row {
    std::vector<Cell> cells;
    bool across = false;
  };
  std::vector<std::string> header_;
  std::vector<Row> rows_;
};

}  // namespace stayalive
