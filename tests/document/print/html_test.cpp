// SPDX-License-Identifier: Apache-2.0
#include "document/print/html.h"

#include <gtest/gtest.h>

#include <sstream>
#include <utility>
#include <vector>

namespace stayalive {
namespace {

std::string html_of(std::vector<Block> blocks) {
  std::ostringstream out;
  html_printer(out, {})->print({{}, [&blocks] { return blocks; }});
  return out.str();
}

TEST(HtmlPrinter, LeavesNoLevelOfHeadingsOut) {
  EXPECT_EQ(html_of({Heading{{{"A title", Tone::Strong}}}, Heading{{"A part"}, 2}}),
            "<h3><strong>A title</strong></h3>\n<h4>A part</h4>\n");
  EXPECT_EQ(html_of({Heading{{"A part alone"}, 2}}), "<h3>A part alone</h3>\n");
}

TEST(HtmlPrinter, ItemsThatAreIndentedMoreBelongToTheOneBefore) {
  EXPECT_EQ(html_of({Item{{"a"}, 2}, Item{{"b"}, 4}, Item{{"c"}, 4}, Item{{"d"}, 2}, Line{{"end"}},
                     Item{{"e"}, 6}}),
            "<ul>\n<li>a<ul>\n<li>b</li>\n<li>c</li>\n</ul>\n</li>\n<li>d</li>\n</ul>\n"
            "<p>end</p>\n<ul>\n<li>e</li>\n</ul>\n");
}

// One that is indented less than all before begins a list of its own.
TEST(HtmlPrinter, EveryListIsClosed) {
  EXPECT_EQ(html_of({Item{{"a"}, 4}, Item{{"b"}, 2}}),
            "<ul>\n<li>a</li>\n</ul>\n<ul>\n<li>b</li>\n</ul>\n");
}

TEST(HtmlPrinter, ATableShowsWhatPeopleSee) {
  Table table({Column::for_programs("key"), Column::of("NAME", "name"), Column::of("", "is"),
               Column::for_people("AFTER", Unit::Span)},
              [](Audience /*audience*/, const Table::Visit& visit) {
                visit({{Cell("k"), Cell("a<b"), Cell("c"), Cell(Value(90s), Tone::Bad)}});
                visit({{}, Phrase("across")});
              });
  std::vector<Block> blocks;
  blocks.push_back(std::move(table));
  EXPECT_EQ(html_of(std::move(blocks)),
            "<div class=\"wide\" role=\"region\" aria-label=\"table\" tabindex=\"0\"><table>\n"
            "<thead><tr><th scope=\"col\">NAME</th><td></td><th scope=\"col\" class=\"number\">"
            "AFTER</th></tr></thead>\n<tbody>\n"
            "<tr><th scope=\"row\">a&lt;b</th><td>c</td><td class=\"number\">"
            "<span class=\"bad\">1m30s</span></td></tr>\n"
            "<tr><th colspan=\"3\" scope=\"colgroup\">across</th></tr>\n"
            "</tbody></table></div>\n");
}

TEST(HtmlPrinter, TextStaysText) {
  const auto line = [](const char* text) { return html_of({Line{{text}}}); };
  EXPECT_EQ(line("<script>a & \"b\" 'c'</script>"),
            "<p>&lt;script&gt;a &amp; &quot;b&quot; 'c'&lt;/script&gt;</p>\n");
  EXPECT_EQ(line("a\033b\u202ec"), "<p>a\\u001bb\\u202ec</p>\n")
      << "a reference would turn the direction all the same";
  EXPECT_EQ(html_of({Verbatim{"a < b\n</pre>\u202e\n", "</p>"}}),
            "<p class=\"faint\">&lt;/p&gt;</p>\n"
            "<pre tabindex=\"0\">a &lt; b\n&lt;/pre&gt;\\u202e\n</pre>\n");
}

}  // namespace
}  // namespace stayalive
