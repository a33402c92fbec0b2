// SPDX-License-Identifier: Apache-2.0
#include "scenario/json/source_text.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

TEST(SourceText, CountsCharactersAndLines) {
  const SourceText source("ab\né▶c\n", "x");
  EXPECT_EQ(source.position(0).column, 1u);
  EXPECT_EQ(source.position(2).column, 3u) << "the line end";
  EXPECT_EQ(source.position(3).line, 2u);
  EXPECT_EQ(source.position(5).column, 2u);
  EXPECT_EQ(source.position(8).column, 3u);
  EXPECT_EQ(source.position(1000).line, 3u) << "the end of the text";
}

TEST(SourceText, CountsTheSameInALongLine) {
  // Characters of one and of two bytes, across many blocks; two lines of them.
  std::string text;
  std::vector<std::size_t> begins;
  for (int line = 0; line < 2; ++line) {
    for (int i = 0; i < 3000; ++i) {
      if (line == 1) begins.push_back(text.size());
      text += i % 3 == 0 ? "é" : "a";
    }
    if (line == 0) text += '\n';
  }
  const SourceText source(text, "x");
  for (std::size_t i = 0; i < begins.size(); ++i) {
    ASSERT_EQ(source.position(begins[i]).line, 2u) << i;
    ASSERT_EQ(source.position(begins[i]).column, i + 1) << i;
  }
  EXPECT_EQ(source.position(text.size()).column, begins.size() + 1);
  const SourceText whole(std::string_view(text).substr(0, 1024), "x");
  EXPECT_EQ(whole.position(1024).column, source.position(1024).column) << "a full block";
}

}  // namespace
}  // namespace stayalive
