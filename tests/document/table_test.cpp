// SPDX-License-Identifier: Apache-2.0
#include "document/table.h"

#include <gtest/gtest.h>

#include "document/style.h"

namespace stayalive {
namespace {

TEST(Table, ACellIsReadByItsUnit) {
  EXPECT_EQ(text_of(Cell(150s), Unit::Span), "2m30s");
  EXPECT_EQ(text_of(Cell(kStart + 1h), Unit::Instant), "1h");
  EXPECT_EQ(text_of(Cell(17), Unit::Count), "17");
  EXPECT_EQ(text_of(Cell(0.8389), Unit::Ratio), "83.9 %");
  EXPECT_EQ(text_of(Cell(0.5), Unit::Number), "0.5");
  EXPECT_EQ(text_of(Cell(true), Unit::Text), "yes");
  EXPECT_EQ(text_of(Cell(nullptr), Unit::Span), "-");
  EXPECT_EQ(text_of(Cell(150s, "never"), Unit::Span), "never") << "its own words win";
}

TEST(Table, MakesItsRowsForAnAudienceWhenAsked) {
  Table table({Column::for_people("A")}, [](Audience audience, const Table::Visit& visit) {
    visit({{Cell(audience == Audience::People ? "people" : "programs")}});
  });
  std::string seen;
  const auto see = [&seen](const Table::Row& row) { seen = text_of(row.cells[0], Unit::Text); };
  table.for_each_row(Audience::Programs, see);
  EXPECT_EQ(seen, "programs");
  EXPECT_TRUE(table.is_for(Audience::People));
  EXPECT_FALSE(table.is_for(Audience::Programs)) << "no column has a key";
}

TEST(Style, WithoutColourPaintsNothing) {
  EXPECT_EQ(Style(false).good("ok"), "ok");
  EXPECT_EQ(Style(true).good("ok"), "\033[32mok\033[0m");
  EXPECT_EQ(Style(true).good(""), "");
}

}  // namespace
}  // namespace stayalive
