// SPDX-License-Identifier: Apache-2.0
#include "document/excerpt.h"

#include <gtest/gtest.h>

#include "document/width.h"

namespace stayalive {
namespace {

std::string drawn(std::string_view line, std::size_t column, std::size_t width = 76) {
  const Excerpt excerpt = excerpt_around(line, column, width);
  return excerpt.line + "\n" + excerpt.mark;
}

TEST(Excerpt, OfAShortLineIsAllOfIt) {
  EXPECT_EQ(drawn("abc", 1), "abc\n^");
  EXPECT_EQ(drawn("abc", 3), "abc\n  ^");
  EXPECT_EQ(drawn("abc", 4), "abc\n   ^") << "its end";
  EXPECT_EQ(drawn("abc", 99), "abc\n   ^");
  EXPECT_EQ(drawn("", 1), "\n^");
}

TEST(Excerpt, MarksTheColumnThatIsSeen) {
  EXPECT_EQ(drawn("\tx", 2), " x\n ^");
  EXPECT_EQ(drawn("日本x", 3), "日本x\n    ^") << "each takes two columns";
}

TEST(Excerpt, OfALongLineIsCutAroundThePlace) {
  EXPECT_EQ(drawn("0123456789", 1, 8), "012345…\n^");
  EXPECT_EQ(drawn("0123456789", 6, 8), "…345678…\n   ^");
  EXPECT_EQ(drawn("0123456789", 10, 8), "…456789\n      ^");
  const std::string line = std::string(500, 'a') + "!" + std::string(500, 'b');
  for (const std::size_t column : {1u, 30u, 501u, 990u, 1001u}) {
    const Excerpt excerpt = excerpt_around(line, column, 76);
    EXPECT_LE(display_width(excerpt.line), 76u) << column;
    EXPECT_LT(excerpt.mark.size(), 78u) << column;
  }
  const Excerpt excerpt = excerpt_around(line, 501, 76);
  // The ellipsis takes three bytes and one column.
  EXPECT_EQ(excerpt.line.substr(excerpt.mark.size() - 1 + 2, 1), "!");
}

}  // namespace
}  // namespace stayalive
