// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "document/sentence.h"
#include "document/value.h"

namespace stayalive {

// What the values of a column are.
enum class Unit : std::uint8_t { Text, Span, Instant, Count, Bytes, Ratio, Number };

// Who reads a table.
enum class Audience : std::uint8_t { People, Programs };

// A column of a table.  People see it under its title, programs under its key; some are for only
// one of the two.
//
//   Column::of("DIES AFTER", "died_after", Unit::Span).ranked(2)
struct Column {
  static Column of(std::string title, std::string key, Unit unit = Unit::Text) {
    return {std::move(title), std::move(key), unit, true};
  }
  static Column for_people(std::string title, Unit unit = Unit::Text) {
    return {std::move(title), "", unit, true};
  }
  static Column for_programs(std::string key, Unit unit = Unit::Text) {
    return {"", std::move(key), unit, false};
  }
  // 0, the default, is always shown.  Where there is no room, columns of the greatest rank go
  // first, and of those of one rank the last.
  Column ranked(std::size_t value) && {
    rank = value;
    return std::move(*this);
  }
  // Its text may be broken into lines of at least so many columns of the terminal.
  Column wrapping(std::size_t columns) && {
    least = columns;
    return std::move(*this);
  }
  // Where it would have less room than that beside the others, it stands under its row.
  Column below_if_narrower() && {
    goes_below = true;
    return std::move(*this);
  }

  std::string title;
  std::string key;
  Unit unit = Unit::Text;
  bool for_people_too = true;
  std::size_t rank = 0;
  std::optional<std::size_t> least{};
  bool goes_below = false;

  bool is_for(Audience audience) const {
    return audience == Audience::People ? for_people_too : !key.empty();
  }
  bool right_aligned() const { return unit != Unit::Text; }
};

// A value in a row, and how people read it where its own text would not do.
struct Cell {
  Cell(Value fact, Tone manner) : value(std::move(fact)), tone(manner) {}
  Cell(Value fact, std::string words, Tone manner = Tone::Plain)
      : value(std::move(fact)), text(std::move(words)), tone(manner) {}
  template <class T>
  requires std::convertible_to<T, Value> Cell(T&& fact) : value(std::forward<T>(fact)) {}

  Value value;
  std::optional<std::string> text{};
  Tone tone = Tone::Plain;
};

// Rows of cells, each with one cell for every column, and lines across them.
class Table {
 public:
  struct Row {
    std::vector<Cell> cells;
    // A line across all columns, for people, instead of cells.
    std::optional<Phrase> across{};
  };
  using Visit = std::function<void(const Row& row)>;
  // Makes the rows one after the other, in the order in which this audience reads them.
  using MakeRows = std::function<void(Audience audience, const Visit& visit)>;

  explicit Table(std::vector<Column> columns) : columns_(std::move(columns)) {}
  // A table whose rows are too many to be kept: they are made whenever they are asked for.
  Table(std::vector<Column> columns, MakeRows make)
      : columns_(std::move(columns)), make_(std::move(make)) {}
  // cells: as many as there are columns.
  void add(std::vector<Cell> cells);

  const std::vector<Column>& columns() const { return columns_; }
  // Whether no row was added.
  bool empty() const { return rows_.empty() && !make_; }
  // Whether it has a column for them.
  bool is_for(Audience audience) const;
  void for_each_row(Audience audience, const Visit& visit) const;

 private:
  std::vector<Column> columns_;
  std::vector<Row> rows_;
  MakeRows make_;
};

// The text of a cell for people, safe and in one line: "2m30s", "17", "-" for what is missing.
std::string text_of(const Cell& cell, Unit unit);

}  // namespace stayalive
