// SPDX-License-Identifier: Apache-2.0
#include "document/print/markdown.h"

#include <gtest/gtest.h>

#include "support/document_text.h"

namespace stayalive {
namespace {

TEST(MarkdownPrinter, SeparatesBlocksByEmptyLines) {
  EXPECT_EQ(printed_blocks({Heading{{{"A title", Tone::Strong}}}, Gap{}, Paragraph{{"Text."}},
                            Heading{{"A part"}, 2}, Verbatim{"a_b\n", "ssh_config"}},
                           "markdown"),
            "# A title\n\nText.\n\n## A part\n\nssh\\_config\n\n```\na_b\n```\n");
}

TEST(MarkdownPrinter, ItemsThatAreIndentedMoreBelongToTheOneBefore) {
  EXPECT_EQ(printed_blocks({Item{{"a"}, 2}, Item{{"b"}, 4}, Item{{"c"}, 4}, Item{{"d"}, 2},
                            Line{{"end"}}, Item{{"e"}, 6}},
                           "markdown"),
            "- a\n  - b\n  - c\n- d\n\nend\n\n- e\n");
}

TEST(MarkdownPrinter, ATableShowsWhatPeopleSee) {
  Table table({Column::for_programs("key"), Column::of("NAME", "name"),
               Column::for_people("AFTER", Unit::Span)},
              [](Audience /*audience*/, const Table::Visit& visit) {
                visit({{Cell("k"), Cell("a|b"), Cell(Value(90s), Tone::Bad)}});
                visit({{}, Phrase("across")});
              });
  std::vector<Block> blocks;
  blocks.push_back(std::move(table));
  EXPECT_EQ(printed_blocks(std::move(blocks), "markdown"),
            "| NAME | AFTER |\n| --- | ---: |\n| a\\|b | **1m30s** |\n| across | |\n");
}

TEST(MarkdownPrinter, TextStaysText) {
  const auto line = [](const char* text) { return printed_blocks({Line{{text}}}, "markdown"); };
  EXPECT_EQ(line("a *b* <c> `d` [e] \\"), "a \\*b\\* \\<c\\> \\`d\\` \\[e\\] \\\\\n");
  EXPECT_EQ(line("- was: x"), "\\- was: x\n") << "no list";
  EXPECT_EQ(line("# x"), "\\# x\n") << "no heading";
  EXPECT_EQ(line("1. x"), "1\\. x\n");
  EXPECT_EQ(line("10 simulated"), "10 simulated\n");
  EXPECT_EQ(line("a\033b\nc"), "a\\\\u001bb c\n");
}

}  // namespace
}  // namespace stayalive
