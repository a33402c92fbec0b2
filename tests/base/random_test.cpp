// SPDX-License-Identifier: Apache-2.0
#include "base/random.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace stayalive {
namespace {

std::vector<std::uint64_t> draws(Random random, int count) {
  std::vector<std::uint64_t> values;
  for (int i = 0; i < count; ++i) values.push_back(random.next());
  return values;
}

TEST(Random, GivesTheSameNumbersOnEveryPlatform) {
  Random random(42, "home", "jitter");
  EXPECT_EQ(random.next(), 0x0f28'8b9e'bd07'f2b6u);
  EXPECT_EQ(random.next(), 0x4fa0'b7d2'9eb7'69f9u);
  EXPECT_EQ(random.below(1000), 410u);
  EXPECT_EQ(random.between(100, 200), 145u);
  EXPECT_EQ(random.up_to(1s), Duration{750'566'224});
}

TEST(Random, AStreamDependsOnSeedOwnerAndPurposeOnly) {
  const auto reference = draws(Random(1, "lan", "loss"), 8);
  EXPECT_EQ(draws(Random(1, "lan", "loss"), 8), reference);
  EXPECT_NE(draws(Random(2, "lan", "loss"), 8), reference);
  EXPECT_NE(draws(Random(1, "wan", "loss"), 8), reference);
  EXPECT_NE(draws(Random(1, "lan", "jitter"), 8), reference);
}

TEST(Random, TheBorderBetweenOwnerAndPurposeCounts) {
  EXPECT_NE(draws(Random(1, "ab", "c"), 4), draws(Random(1, "a", "bc"), 4));
  EXPECT_NE(draws(Random(1, "", "abc"), 4), draws(Random(1, "abc", ""), 4));
}

TEST(Random, BelowIsEvenOverItsRange) {
  Random random(7, "dice", "throw");
  std::array<int, 6> counts{};
  for (int i = 0; i < 60'000; ++i) ++counts.at(random.below(6));
  // The standard deviation of a count is 91: five of them on either side.
  for (const int count : counts) EXPECT_NEAR(count, 10'000, 460);
}

TEST(Random, BelowIsEvenWhereARemainderWouldFavourSmallValues) {
  // Without rejection the lowest third of this range would come up twice as often as the rest.
  Random random(7, "dice", "large");
  const std::uint64_t bound = (std::uint64_t{1} << 63) + (std::uint64_t{1} << 62);
  int low = 0;
  for (int i = 0; i < 30'000; ++i) low += random.below(bound) < bound / 2 ? 1 : 0;
  EXPECT_NEAR(low, 15'000, 450);
}

TEST(Random, BelowOneIsAlwaysZero) {
  Random random(7, "dice", "flat");
  for (int i = 0; i < 100; ++i) EXPECT_EQ(random.below(1), 0u);
}

TEST(Random, BetweenReachesBothEndsAndNothingElse) {
  Random random(3, "a", "b");
  bool low = false;
  bool high = false;
  for (int i = 0; i < 1000; ++i) {
    const std::uint64_t value = random.between(10, 12);
    ASSERT_GE(value, 10u);
    ASSERT_LE(value, 12u);
    low |= value == 10;
    high |= value == 12;
  }
  EXPECT_TRUE(low);
  EXPECT_TRUE(high);
  EXPECT_EQ(random.between(5, 5), 5u);
}

TEST(Random, BetweenTakesTheWholeRange) {
  Random wide(3, "a", "b");
  Random plain(3, "a", "b");
  EXPECT_EQ(wide.between(0, ~std::uint64_t{0}), plain.next());
}

TEST(Random, UpToIncludesTheLongestSpan) {
  Random random(3, "a", "b");
  bool longest = false;
  for (int i = 0; i < 100; ++i) {
    const Duration span = random.up_to(1ns);
    ASSERT_GE(span, 0ns);
    ASSERT_LE(span, 1ns);
    longest |= span == 1ns;
  }
  EXPECT_TRUE(longest);
  EXPECT_EQ(random.up_to(0ns), 0ns);
}

TEST(Random, ChanceIsRightInTheLongRun) {
  Random random(9, "a", "b");
  int hits = 0;
  for (int i = 0; i < 100'000; ++i) hits += random.chance({1, 20}) ? 1 : 0;
  EXPECT_NEAR(hits, 5000, 350);
}

TEST(Random, ACertainChanceDrawsNothing) {
  Random random(9, "a", "b");
  EXPECT_FALSE(random.chance({0, 5}));
  EXPECT_TRUE(random.chance({5, 5}));
  EXPECT_EQ(random.next(), Random(9, "a", "b").next());
}

TEST(RandomDeathTest, RefusesAnEmptyRange) {
  Random random(9, "a", "b");
  EXPECT_DEATH(random.below(0), "range that is not empty");
  EXPECT_DEATH(random.between(2, 1), "low end");
  EXPECT_DEATH(random.up_to(-1ns), "not negative");
}

}  // namespace
}  // namespace stayalive
