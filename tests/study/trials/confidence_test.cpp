// SPDX-License-Identifier: Apache-2.0
#include "study/trials/confidence.h"

#include <gtest/gtest.h>

#include <cmath>

namespace stayalive {
namespace {

void expect_interval(std::uint64_t held, std::uint64_t runs, double low, double high) {
  const Interval found = confidence(held, runs);
  EXPECT_NEAR(found.low, low, 5e-5) << held << "/" << runs;
  EXPECT_NEAR(found.high, high, 5e-5) << held << "/" << runs;
}

TEST(Confidence, IsTheScoreIntervalOfWilson) {
  // Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
  expect_interval(81, 263, 0.2553, 0.3662);
  expect_interval(15, 148, 0.0624, 0.1605);
  expect_interval(0, 20, 0.0000, 0.1611);
  expect_interval(1, 29, 0.0061, 0.1718);
}

TEST(Confidence, IsTheSameFromBothEnds) {
  const Interval few = confidence(3, 20);
  const Interval many = confidence(17, 20);
  EXPECT_NEAR(few.low, 1 - many.high, 1e-12);
  EXPECT_NEAR(few.high, 1 - many.low, 1e-12);
}

TEST(Confidence, ReachesTheEndsExactlyWhenAllOrNoneHold) {
  for (const std::uint64_t runs : {1u, 3u, 7u, 20u, 1000u}) {
    EXPECT_EQ(confidence(0, runs).low, 0.0);
    EXPECT_EQ(confidence(runs, runs).high, 1.0);
    EXPECT_GT(confidence(runs, runs).low, 0.0);
    EXPECT_LT(confidence(0, runs).high, 1.0);
  }
}

TEST(Confidence, WithoutTrialsAnythingIsPossible) {
  EXPECT_EQ(confidence(0, 0).low, 0.0);
  EXPECT_EQ(confidence(0, 0).high, 1.0);
}

TEST(Confidence, TheRuleOfThreeIsExactOnBothSides) {
  for (const double target : {0.5, 0.9, 0.99, 0.999}) {
    const std::uint64_t runs = flawless_runs_needed(target);
    EXPECT_LE(std::pow(target, runs), 0.05) << target;
    EXPECT_GT(std::pow(target, runs - 1), 0.05) << target;
  }
  EXPECT_EQ(flawless_runs_needed(0.99), 299u);
  EXPECT_EQ(flawless_runs_needed(0.0), 1u);
}

TEST(ConfidenceDeathTest, NoNumberOfTrialsShowsThatNothingEverFails) {
  EXPECT_DEATH(flawless_runs_needed(1.0), "nothing ever fails");
}

}  // namespace
}  // namespace stayalive
