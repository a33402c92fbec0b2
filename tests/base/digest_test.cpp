// SPDX-License-Identifier: Apache-2.0
#include "base/digest.h"

#include <gtest/gtest.h>

#include <set>

namespace stayalive {
namespace {

std::uint64_t digest_of(std::initializer_list<std::uint64_t> values) {
  Digest digest;
  for (const std::uint64_t value : values) digest.add(value);
  return digest.value();
}

TEST(Digest, HasTheSameValuesOnEveryPlatform) {
  EXPECT_EQ(digest_of({}), 0x7374'6179'616c'6976u);
  EXPECT_EQ(digest_of({0}), 0xeaa7'0646'a1de'5846u);
  EXPECT_EQ(digest_of({1, 2, 3}), 0xb487'1057'4b22'0fcfu);
  Digest text;
  text.add("stayalive");
  EXPECT_EQ(text.value(), 0x68fb'c080'6b00'efcbu);
  EXPECT_EQ(Digest::mix(1), 0x5692'161d'100b'05e5u);
}

TEST(Digest, DependsOnTheOrder) { EXPECT_NE(digest_of({1, 2}), digest_of({2, 1})); }

TEST(Digest, DependsOnEveryBit) {
  std::set<std::uint64_t> seen{digest_of({0})};
  for (int bit = 0; bit < 64; ++bit) seen.insert(digest_of({std::uint64_t{1} << bit}));
  EXPECT_EQ(seen.size(), 65u);
}

TEST(Digest, TellsAZeroFromNothing) {
  EXPECT_NE(digest_of({}), digest_of({0}));
  EXPECT_NE(digest_of({0}), digest_of({0, 0}));
}

TEST(Digest, TextKeepsItsBorders) {
  Digest split;
  split.add("ab");
  split.add("c");
  Digest other;
  other.add("a");
  other.add("bc");
  EXPECT_NE(split.value(), other.value());
}

TEST(Digest, TextIsTheSameWhetherCharIsSignedOrNot) {
  Digest digest;
  digest.add("\xff");
  Digest by_hand;
  by_hand.add(1);
  by_hand.add(255);
  EXPECT_EQ(digest.value(), by_hand.value());
}

}  // namespace
}  // namespace stayalive
