// SPDX-License-Identifier: Apache-2.0
#include "document/letters.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

using Lines = std::vector<std::string>;

TEST(Letters, ALetterMayBeSeveralBytes) {
  EXPECT_EQ(count_letters("─▶é"), 3u);
  EXPECT_EQ(letters_of("aé▶"), (Lines{"a", "é", "▶"}));
}

TEST(Letters, WhatFitsIsNotShortened) {
  EXPECT_EQ(shortened("größe", 5), "größe");
  EXPECT_EQ(shortened("größen", 5), "größ…");
  EXPECT_EQ(shortened("ab", 0), "");
}

TEST(Letters, LinesAreCutBetweenWords) {
  EXPECT_EQ(wrapped("one two three", 7), (Lines{"one two", "three"}));
  EXPECT_EQ(wrapped("one two three", 6), (Lines{"one", "two", "three"}));
}

TEST(Letters, AWordThatIsLongerThanALineIsCut) {
  EXPECT_EQ(wrapped("abcdéfgh x", 5), (Lines{"abcdé", "fgh x"}));
}

TEST(Letters, NoWordsAreNoLines) { EXPECT_TRUE(wrapped("  ", 5).empty()); }

}  // namespace
}  // namespace stayalive
