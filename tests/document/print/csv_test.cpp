// SPDX-License-Identifier: Apache-2.0
#include "document/print/csv.h"

#include <gtest/gtest.h>

#include "support/document_text.h"

namespace stayalive {
namespace {

std::string csv_of(Table table) {
  std::vector<Block> blocks{Line{{"only for people"}}};
  blocks.push_back(std::move(table));
  return printed_blocks(std::move(blocks), "csv");
}

TEST(CsvPrinter, WritesTheColumnsThatHaveAKey) {
  Table table({Column::of("NAME", "name"), Column::for_people("SHOWN"),
               Column::for_programs("after", Unit::Span)});
  table.add({"a", "x", 150s});
  table.add({"b", "y", nullptr});
  EXPECT_EQ(csv_of(std::move(table)), "name,after\r\na,150.000\r\nb,\r\n");
}

TEST(CsvPrinter, WritesEachUnitInItsWay) {
  Table table({Column::for_programs("at", Unit::Instant), Column::for_programs("n", Unit::Count),
               Column::for_programs("share", Unit::Ratio),
               Column::for_programs("number", Unit::Number), Column::for_programs("flag")});
  table.add({{kStart + 1500ms, "in words"}, 7, 0.25, 0.0005, false});
  EXPECT_EQ(csv_of(std::move(table)), "at,n,share,number,flag\r\n1.500,7,0.2500,0.0005,false\r\n");
}

TEST(CsvPrinter, QuotesCommasAndQuotes) {
  Table table({Column::for_programs("a"), Column::for_programs("b")});
  table.add({"one, \"two\"", "three"});
  EXPECT_EQ(csv_of(std::move(table)), "a,b\r\n\"one, \"\"two\"\"\",three\r\n");
}

TEST(CsvPrinter, TextIsInOneLineAndSafe) {
  Table table({Column::for_programs("a"), Column::for_programs("b")});
  table.add({"::add-mask::x", "three\nfour\033"});
  EXPECT_EQ(csv_of(std::move(table)), "a,b\r\n\"::add-mask::x\",three\\u000afour\\u001b\r\n");
}

TEST(CsvPrinter, TextIsNoFormula) {
  const auto field = [](const Cell& cell) {
    Table table({Column::for_programs("a")});
    table.add({cell});
    const std::string text = csv_of(std::move(table));
    return text.substr(3, text.size() - 5);
  };
  EXPECT_EQ(field("=1+1"), "'=1+1");
  EXPECT_EQ(field("@SUM(A1)"), "'@SUM(A1)");
  EXPECT_EQ(field("-cmd|' /C calc'!A0"), "'-cmd|' /C calc'!A0");
  EXPECT_EQ(field("+2+cmd|x"), "'+2+cmd|x");
  EXPECT_EQ(field("＝1"), "'＝1");
  EXPECT_EQ(field("=\"a\""), "\"'=\"\"a\"\"\"");
  EXPECT_EQ(field("-5"), "-5");
  EXPECT_EQ(field("+1.5"), "+1.5");
  EXPECT_EQ(field("a=b"), "a=b");
  EXPECT_EQ(field(-5), "-5") << "a number is none anyway";
  EXPECT_EQ(field("-"), "-");
}

TEST(CsvPrinter, TablesOfTheSameColumnsAreOne) {
  std::ostringstream out;
  const auto printer = csv_printer(out, {});
  const auto print_table = [&printer](const char* key, const char* value) {
    printer->print({{}, [=] {
                      Table table({Column::for_programs(key)});
                      table.add({value});
                      std::vector<Block> blocks;
                      blocks.push_back(std::move(table));
                      return blocks;
                    }});
  };
  print_table("a", "1");
  print_table("a", "2");
  print_table("b", "3");
  EXPECT_EQ(out.str(), "a\r\n1\r\n2\r\n\r\nb\r\n3\r\n");
}

}  // namespace
}  // namespace stayalive
