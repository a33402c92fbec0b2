// SPDX-License-Identifier: Apache-2.0
#include "document/utf8.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

TEST(Utf8, ReadsOneCharacter) {
  EXPECT_EQ(decode_utf8("abc").code, U'a');
  EXPECT_EQ(decode_utf8("éa").code, U'é');
  EXPECT_EQ(decode_utf8("▶a").code, U'▶');
  EXPECT_EQ(decode_utf8("🙂a").code, U'🙂');
  EXPECT_EQ(decode_utf8("🙂a").bytes, 4u);
}

TEST(Utf8, WhatIsOverlongOrASurrogateOrTooLargeIsNotValid) {
  // The last that is not valid, and the first that is.
  EXPECT_FALSE(decode_utf8("\xc1\xbf").valid);
  EXPECT_EQ(decode_utf8("\xc2\x80").code, 0x80u);
  EXPECT_FALSE(decode_utf8("\xe0\x9f\xbf").valid);
  EXPECT_EQ(decode_utf8("\xe0\xa0\x80").code, 0x800u);
  EXPECT_EQ(decode_utf8("\xed\x9f\xbf").code, 0xd7ffu);
  EXPECT_FALSE(decode_utf8("\xed\xa0\x80").valid);
  EXPECT_FALSE(decode_utf8("\xf0\x8f\xbf\xbf").valid);
  EXPECT_EQ(decode_utf8("\xf0\x90\x80\x80").code, 0x10000u);
  EXPECT_EQ(decode_utf8("\xf4\x8f\xbf\xbf").code, 0x10ffffu);
  EXPECT_FALSE(decode_utf8("\xf4\x90\x80\x80").valid);
  EXPECT_EQ(decode_utf8("\x80").bytes, 1u);
}

TEST(Utf8, ACharacterMayBeCut) {
  EXPECT_TRUE(is_cut_utf8("\xe2\x96"));
  EXPECT_TRUE(is_cut_utf8("\xf0"));
  EXPECT_FALSE(is_cut_utf8("\xe2\x96\xb6"));
  EXPECT_FALSE(is_cut_utf8("\xe2\x41")) << "no more bytes would make it valid";
  EXPECT_FALSE(is_cut_utf8("\xff"));
  EXPECT_FALSE(is_cut_utf8("a"));
}

TEST(Utf8, SaysHowFarATextIsValid) {
  EXPECT_EQ(valid_utf8("aé▶"), 6u);
  EXPECT_EQ(valid_utf8("aé\xff▶"), 3u);
  EXPECT_EQ(valid_utf8("a\xe2\x96"), 1u);
}

}  // namespace
}  // namespace stayalive
