// SPDX-License-Identifier: Apache-2.0
#include "document/print/text.h"

#include <gtest/gtest.h>

#include "document/width.h"
#include "support/document_text.h"
#include "support/golden.h"

namespace stayalive {
namespace {

// Names, outcomes and details, of which the last two may be left out.
Table sample_table() {
  Table table({Column::of("NAME", "name"), Column::of("STATE", "state"),
               Column::of("LAST SEEN", "seen", Unit::Span).ranked(1),
               Column::for_people("COUNT", Unit::Count).ranked(2)});
  table.add({"first", {"alive", Tone::Good}, 90s, 7});
  table.add({"second", "gone", nullptr, 1234567});
  return table;
}

std::string at_width(Table table, std::size_t width) {
  std::vector<Block> blocks;
  blocks.push_back(std::move(table));
  return printed_blocks(std::move(blocks), "text", {width, false});
}

TEST(TextPrinter, AlignsColumnsAndLeavesNoBlanksAtTheEnd) {
  EXPECT_EQ(at_width(sample_table(), 0),
            "NAME    STATE  LAST SEEN  COUNT\n"
            "first   alive  1m30s      7\n"
            "second  gone   -          1234567\n");
}

TEST(TextPrinter, ColoursDoNotCountAsWidth) {
  std::vector<Block> blocks;
  blocks.push_back(sample_table());
  const std::string text = printed_blocks(std::move(blocks), "text", {0, true});
  EXPECT_NE(text.find("first   \033[32malive\033[0m  1m30s"), std::string::npos) << text;
}

TEST(TextPrinter, ShowsWhatIsUnsafeAndLeavesRoomForIt) {
  Table table({Column::for_people("A"), Column::for_people("B")});
  table.add({"\033", "x"});
  table.add({"1\n3", "y"});
  EXPECT_EQ(at_width(std::move(table), 0), "A         B\n\\u001b    x\n1\\u000a3  y\n");
  EXPECT_EQ(printed_blocks({Heading{{"a\nb"}}, Line{{"c\u202e"}}, Paragraph{{"d\ne\007"}},
                            Verbatim{"f\ng\033\n", "h\ni"}}),
            "a\\u000ab\nc\\u202e\nd\ne\\u0007\n# h\\u000ai\nf\ng\\u001b\n");
}

TEST(TextPrinter, CountsColumnsAndNotBytes) {
  Table table({Column::for_people("A"), Column::for_people("B")});
  table.add({"é", "x"});
  table.add({"接", "y"});
  EXPECT_EQ(at_width(std::move(table), 0), "A   B\né   x\n接  y\n");
}

TEST(TextPrinter, ALineGoesAcrossAndMakesNoColumnWider) {
  Table table({Column::for_people("A"), Column::for_people("B")},
              [](Audience /*audience*/, const Table::Visit& visit) {
                visit({{Cell("1"), Cell("x")}});
                visit({{}, Phrase("between the rows")});
                visit({{Cell("2"), Cell("y")}});
              });
  EXPECT_EQ(at_width(std::move(table), 0), "A  B\n1  x\n---- between the rows ----\n2  y\n");
}

TEST(TextPrinter, BreaksTitlesBeforeItLeavesColumnsOut) {
  // The whole table needs 33 columns, with a broken title 28.
  EXPECT_EQ(at_width(sample_table(), 33), at_width(sample_table(), 0));
  EXPECT_EQ(at_width(sample_table(), 29),
            "NAME    STATE  LAST   COUNT\n"
            "               SEEN\n"
            "first   alive  1m30s  7\n"
            "second  gone   -      1234567\n");
}

TEST(TextPrinter, LeavesOutTheLeastImportantColumnsFirstAndSaysWhich) {
  const std::string wide = at_width(sample_table(), 28);
  EXPECT_EQ(wide,
            "NAME    STATE  LAST SEEN\n"
            "first   alive  1m30s\n"
            "second  gone   -\n"
            "(COUNT: left out for want of\n"
            " room; --width 33 or\n"
            " --format csv shows it)\n");
  const std::string narrow = at_width(sample_table(), 14);
  EXPECT_EQ(narrow.substr(0, narrow.find('(')),
            "NAME    STATE\n"
            "first   alive\n"
            "second  gone\n");
  EXPECT_NE(narrow.find("(LAST SEEN,\n COUNT:"), std::string::npos) << narrow;
}

TEST(TextPrinter, WhereNothingMoreCanBeLeftOutEachColumnHasItsLine) {
  Table table({Column::for_people("NAME"), Column::for_people("STATE"), Column::for_people("")});
  table.add({"a-long-name", "forgotten", "for ever"});
  table.add({"another", "alive", ""});
  EXPECT_EQ(at_width(std::move(table), 24),
            "a-long-name\n"
            "    STATE: forgotten\n"
            "    for ever\n"
            "another\n"
            "    STATE: alive\n");
}

TEST(TextPrinter, BreaksTheTextOfAColumnThatWraps) {
  Table table({Column::for_people("NAME"), Column::for_people("WHY").wrapping(9)});
  table.add({"a", "the router forgot it"});
  table.add({"b", ""});
  EXPECT_EQ(at_width(std::move(table), 18),
            "NAME  WHY\n"
            "a     the router\n"
            "      forgot it\n"
            "b\n");
}

TEST(TextPrinter, AColumnThatHasTooLittleRoomStandsBelowItsRow) {
  const auto table = [] {
    Table made(
        {Column::for_people("NAME"), Column::for_people("WHY").wrapping(15).below_if_narrower()});
    made.add({"a name", "the router forgot it"});
    made.add({"another", ""});
    return made;
  };
  EXPECT_EQ(at_width(table(), 24),
            "NAME     WHY\n"
            "a name   the router\n"
            "         forgot it\n"
            "another\n");
  EXPECT_EQ(at_width(table(), 23),
            "NAME\n"
            "    WHY\n"
            "a name\n"
            "    the router forgot\n"
            "    it\n"
            "another\n");
}

TEST(TextPrinter, ParagraphsAreAlwaysBrokenAndLinesOnlyAtAKnownWidth) {
  std::string words;
  for (int i = 0; i < 30; ++i) words += "lesson ";
  const std::vector<std::string> lines = lines_of(printed_blocks({Paragraph{{words}}}));
  ASSERT_EQ(lines.size(), 3u);
  EXPECT_EQ(lines[0].size(), 97u) << "fourteen words of six letters and the blanks between them";
  EXPECT_EQ(lines_of(printed_blocks({Line{{words}}})).size(), 1u);
  for (const std::string& line : lines_of(printed_blocks({Line{{words}}}, "text", {40, false})))
    EXPECT_LE(line.size(), 40u);
}

TEST(TextPrinter, AParagraphOfManyLettersOutsideAsciiIsAsWideAsOneOfFew) {
  std::string plain;
  std::string cyrillic;
  for (int i = 0; i < 60; ++i) {
    plain += "abcde ";
    cyrillic += "абвгд ";
  }
  const std::vector<std::string> lines = lines_of(printed_blocks({Paragraph{{cyrillic}}}));
  EXPECT_EQ(lines.size(), lines_of(printed_blocks({Paragraph{{plain}}})).size());
  EXPECT_EQ(display_width(lines[0]), 95u);
}

TEST(TextPrinter, WhatIsBrokenKeepsItsToneAndHangs) {
  const Item item{{{"one two", Tone::Bad}, " three four"}, 2, 4};
  EXPECT_EQ(printed_blocks({item}, "text", {14, true}),
            "  \033[31mone two\033[0m\n    three four\n");
  EXPECT_EQ(printed_blocks({item}, "text", {0, false}), "  one two three four\n");
}

TEST(TextPrinter, BetweenDocumentsIsAnEmptyLine) {
  std::ostringstream out;
  const auto printer = text_printer(out, {});
  const Document document{{}, [] { return std::vector<Block>{Line{{"a"}}}; }};
  printer->print(document);
  printer->print(document);
  EXPECT_EQ(out.str(), "a\n\na\n");
}

TEST(TextPrinter, NothingIsWiderThanTheWidth) {
  for (std::size_t width = 10; width <= 40; ++width) {
    for (const std::string& line : lines_of(at_width(sample_table(), width)))
      EXPECT_LE(display_width(line), width) << line;
  }
}

}  // namespace
}  // namespace stayalive
