// SPDX-License-Identifier: Apache-2.0
#include "document/print/safe_stream.h"

#include <gtest/gtest.h>

#include <ostream>
#include <sstream>

namespace stayalive {
namespace {

// What reaches a terminal of a text that is written in pieces of so many bytes.
std::string passed(const std::string& text, bool colour = false, std::size_t piece = 1000) {
  std::stringbuf out;
  SafeStream safe(out, colour);
  std::ostream stream(&safe);
  for (std::size_t at = 0; at < text.size(); at += piece) stream << text.substr(at, piece);
  safe.finish();
  return out.str();
}

TEST(SafeStream, LetsTextPass) {
  const std::string text = "a\tb: c::d\r\ne ▶ 接\n\n# [x] ## [y] #[z]\n1:2\n";
  EXPECT_EQ(passed(text), text);
}

TEST(SafeStream, StopsControlCharacters) {
  EXPECT_EQ(passed("a\033[31mb\rc\007\xc2\x9b\x9b\u202e\n"),
            "a\\u001b[31mb\\u000dc\\u0007\\u009b\\x9b\\u202e\n");
}

TEST(SafeStream, OnlyTheColoursOfThisProgramPass) {
  EXPECT_EQ(passed("\033[31mred\033[0m\n", true), "\033[31mred\033[0m\n");
  EXPECT_EQ(passed("\033[8mhidden\033[K\033]0;t\007\033", true),
            "\\u001b[8mhidden\\u001b[K\\u001b]0;t\\u0007\\u001b");
}

TEST(SafeStream, ALineIsNoCommandToABuildService) {
  EXPECT_EQ(passed("::add-mask::x\n  ::y\n"), "\\::add-mask::x\n  \\::y\n");
  EXPECT_EQ(passed("\t::x\n\u00a0\u2003::y\n\u200d::z\r\n::"),
            "\t\\::x\n\u00a0\u2003\\::y\n\u200d\\::z\r\n\\::");
  EXPECT_EQ(passed("a ::x\nb\u00a0::y\n"), "a ::x\nb\u00a0::y\n") << "no line begins with it";
  EXPECT_EQ(passed("##[error]x\na ##[group]y ##vso[task]z ##teamcity[q]\n"),
            "##\\[error]x\na ##\\[group]y ##vso\\[task]z ##teamcity\\[q]\n");
  EXPECT_EQ(passed("#\u200d#[x]\n"), "#\u200d#\\[x]\n");
  EXPECT_EQ(passed("##\n[x]\n"), "##\n[x]\n");
}

TEST(SafeStream, ItDoesNotMatterHowTextIsCutIntoPieces) {
  const std::string text =
      " ::a ▶ \033[31mb\033[0m\033[8m\u202e\xe2\x96\r\nc\rd ##[e ##vso[f\n::\u2003::🙂\xf0";
  for (const bool colour : {false, true}) {
    const std::string whole = passed(text, colour);
    for (std::size_t piece = 1; piece < 8; ++piece) {
      EXPECT_EQ(passed(text, colour, piece), whole) << piece;
    }
  }
}

}  // namespace
}  // namespace stayalive
