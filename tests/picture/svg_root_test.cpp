// SPDX-License-Identifier: Apache-2.0
#include "picture/svg_root.h"

#include <gtest/gtest.h>

#include <sstream>

namespace stayalive {
namespace {

std::string root_of(const std::string& style, const std::string& id,
                    const std::string& title = "T") {
  std::ostringstream out;
  begin_svg(out, {title, "what\nit is", 30, 20, style, id});
  return out.str();
}

TEST(SvgRoot, AFileOfItsOwnHasItsStyleAsItIs) {
  EXPECT_EQ(root_of("a, .b { fill: red }", ""),
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"30\" height=\"20\" "
            "viewBox=\"0 0 30 20\" role=\"img\" aria-labelledby=\"title desc\">\n"
            "<title id=\"title\">T</title>\n<desc id=\"desc\">what&#10;it is</desc>\n"
            "<style>a, .b { fill: red }</style>\n");
}

// Else the last drawing of a page would paint all others.
TEST(SvgRoot, InAPageNamesAndRulesAreItsOwn) {
  EXPECT_EQ(root_of("a, .b { fill: red } .c { x: y }\n@media print {\n  a, d e { fill: blue }\n}\n",
                    "f1"),
            "<svg id=\"f1\" xmlns=\"http://www.w3.org/2000/svg\" width=\"30\" height=\"20\" "
            "viewBox=\"0 0 30 20\" role=\"img\" aria-labelledby=\"f1-title f1-desc\">\n"
            "<title id=\"f1-title\">T</title>\n<desc id=\"f1-desc\">what&#10;it is</desc>\n"
            "<style>\n#f1 a, #f1 .b { fill: red }\n#f1 .c { x: y }\n@media print {\n"
            "#f1 a, #f1 d e { fill: blue }\n}\n</style>\n");
}

TEST(SvgRoot, ATitleIsText) {
  const std::string svg = root_of("", "", "</title><script>\u202e");
  EXPECT_NE(svg.find("&lt;/title&gt;&lt;script&gt;\\u202e</title>"), std::string::npos) << svg;
}

}  // namespace
}  // namespace stayalive
