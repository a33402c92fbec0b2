// SPDX-License-Identifier: Apache-2.0
#include "document/width.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

using TextLines = std::vector<std::string>;

TEST(Width, ACharacterMayBeSeveralBytes) {
  EXPECT_EQ(display_width("abc"), 3u);
  EXPECT_EQ(display_width("─▶é"), 3u);
  EXPECT_EQ(display_width("größe"), 5u);
  EXPECT_EQ(display_width("ДНС"), 3u);
}

TEST(Width, EastAsianCharactersAndEmojiTakeTwoColumns) {
  EXPECT_EQ(display_width("接続"), 4u);
  EXPECT_EQ(display_width("ｱ"), 1u) << "a halfwidth form";
  EXPECT_EQ(display_width("한국"), 4u);
  EXPECT_EQ(display_width("ok 🙂"), 5u);
  // The last before and the first of a wide range, and the last of it and the first after.
  EXPECT_EQ(display_width("\u10ff"), 1u);
  EXPECT_EQ(display_width("\u1100"), 2u);
  EXPECT_EQ(display_width("\u115f"), 2u);
}

TEST(Width, CombiningMarksTakeNone) {
  EXPECT_EQ(display_width("e\u0301"), 1u);
  EXPECT_EQ(display_width("\u02ff"), 1u);
  EXPECT_EQ(display_width("\u0300\u036f"), 0u);
  EXPECT_EQ(display_width("a\u200bb"), 2u) << "a zero width space";
  EXPECT_EQ(characters_of("ae\u0301▶"), (TextLines{"a", "e\u0301", "▶"}));
}

TEST(Width, AWrongByteIsOneColumn) {
  EXPECT_EQ(display_width("a\xff"), 2u);
  EXPECT_EQ(display_width("\xe2\x94"), 2u) << "cut in the middle of a character";
  EXPECT_EQ(characters_of("\x80\xc3"), (TextLines{"\x80", "\xc3"}));
}

TEST(Width, NamesThatDifferAtTheirEndsStayApart) {
  EXPECT_EQ(shortened_within("connection-a", 12), "connection-a");
  EXPECT_EQ(shortened_within("connection-a", 9), "conne…n-a");
  EXPECT_EQ(shortened_within("connection-b", 9), "conne…n-b");
  EXPECT_EQ(shortened_within("接続接続中", 7), "接続…中") << "half a character does not fit";
  EXPECT_EQ(shortened_within("ab", 1), "…");
  EXPECT_EQ(shortened_within("ab", 0), "");
}

TEST(Width, WhatFitsIsNotShortened) {
  EXPECT_EQ(shortened("größe", 5), "größe");
  EXPECT_EQ(shortened("größen", 5), "größ…");
  EXPECT_EQ(shortened("接続中", 6), "接続中");
  EXPECT_EQ(shortened("接続中", 5), "接続…");
  EXPECT_EQ(shortened("接続中", 4), "接…") << "half a character does not fit";
  EXPECT_EQ(shortened("ab", 0), "");
}

TEST(Width, LinesAreCutBetweenWords) {
  EXPECT_EQ(wrapped("one two three", 7), (TextLines{"one two", "three"}));
  EXPECT_EQ(wrapped("one two three", 6), (TextLines{"one", "two", "three"}));
  EXPECT_EQ(wrapped(" one\n  two ", 7), (TextLines{"one two"}));
}

TEST(Width, LinesAreCountedInColumnsAndNotInBytes) {
  // Each word is five letters of two bytes.
  EXPECT_EQ(wrapped("ввввв ггггг ддддд", 11), (TextLines{"ввввв ггггг", "ддддд"}));
  EXPECT_EQ(wrapped("ввввв ггггг ддддд", 10), (TextLines{"ввввв", "ггггг", "ддддд"}));
  EXPECT_EQ(wrapped("接続 接続", 9), (TextLines{"接続 接続"}));
  EXPECT_EQ(wrapped("接続 接続", 8), (TextLines{"接続", "接続"}));
}

TEST(Width, AWordThatIsWiderThanALineIsCut) {
  EXPECT_EQ(wrapped("abcdéfgh x", 5), (TextLines{"abcdé", "fgh x"}));
  EXPECT_EQ(wrapped("接続中", 5), (TextLines{"接続", "中"}));
  EXPECT_EQ(wrapped("a 接", 1), (TextLines{"a", "接"})) << "one character at least";
}

TEST(Width, NoWordsAreNoLines) { EXPECT_TRUE(wrapped("  ", 5).empty()); }

TEST(Width, TheFirstLineMayHaveAnotherWidth) {
  const std::string text = "one  two three";
  TextLines lines;
  for (const TextRange& line : break_lines(text, 8, 5))
    lines.push_back(text.substr(line.begin, line.end - line.begin));
  EXPECT_EQ(lines, (TextLines{"one  two", "three"})) << "spaces within a line are kept";
}

}  // namespace
}  // namespace stayalive
