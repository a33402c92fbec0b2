// SPDX-License-Identifier: Apache-2.0
#include "stack/timer/rtt_estimator.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

TEST(RttEstimator, BeforeTheFirstSampleTheTimeoutIsTheInitialOne) {
  const RttEstimator rtt;
  EXPECT_FALSE(rtt.known());
  EXPECT_EQ(rtt.rto(1s, 120s), 1s);
}

TEST(RttEstimator, AQuietLineWaitsItsRoundTripPlusTheMinimum) {
  RttEstimator rtt;
  for (int i = 0; i < 100; ++i) rtt.sample(1ms, 200ms, 1, 1);
  EXPECT_EQ(rtt.srtt(), 1ms);
  EXPECT_EQ(rtt.rto(1s, 120s), 201ms);
}

TEST(RttEstimator, TheFirstSampleCountsTwiceAsVariance) {
  RttEstimator rtt;
  rtt.sample(300ms, 200ms, 1, 1);
  EXPECT_EQ(rtt.rto(1s, 120s), 900ms);
  EXPECT_EQ(rtt.shortest(), 300ms);
}

TEST(RttEstimator, ALateAnswerRaisesTheTimeoutAndTimeLowersItAgain) {
  RttEstimator rtt;
  rtt.sample(10ms, 200ms, 1, 1);
  rtt.sample(500ms, 200ms, 2, 2);
  const Duration raised = rtt.rto(1s, 120s);
  EXPECT_GT(raised, 500ms);
  for (std::uint64_t i = 3; i < 60; ++i) rtt.sample(10ms, 200ms, i, i);
  EXPECT_LT(rtt.rto(1s, 120s), 230ms);
  EXPECT_EQ(rtt.shortest(), 10ms);
}

TEST(RttEstimator, TheTimeoutIsCapped) {
  RttEstimator rtt;
  rtt.sample(100s, 200ms, 1, 1);
  EXPECT_EQ(rtt.rto(1s, 120s), 120s);
}

}  // namespace
}  // namespace stayalive
