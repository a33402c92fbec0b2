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

TEST(CsvPrinter, QuotesCommasQuotesAndLineBreaks) {
  Table table({Column::for_programs("a"), Column::for_programs("b")});
  table.add({"one, \"two\"", "three\nfour"});
  EXPECT_EQ(csv_of(std::move(table)), "a,b\r\n\"one, \"\"two\"\"\",\"three\nfour\"\r\n");
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
