// SPDX-License-Identifier: Apache-2.0
#include "strategy/reconnect_spec.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

TEST(ReconnectSpec, ThePauseGrowsByItsFactorUpToTheLongest) {
  ReconnectSpec spec;
  spec.pause = 3s;
  spec.factor = 2;
  spec.longest_pause = 20s;
  EXPECT_EQ(spec.pause_before(0), 3s);
  EXPECT_EQ(spec.pause_before(1), 6s);
  EXPECT_EQ(spec.pause_before(2), 12s);
  EXPECT_EQ(spec.pause_before(3), 20s) << "not 24 s";
  EXPECT_EQ(spec.pause_before(1'000'000), 20s);
  spec.longest_pause = 24s;
  EXPECT_EQ(spec.pause_before(3), 24s) << "exactly the longest";
  spec.factor = 1;
  EXPECT_EQ(spec.pause_before(9), 3s);
  spec.longest_pause = 2s;
  EXPECT_EQ(spec.pause_before(0), 2s) << "no more than the longest from the start";
}

TEST(ReconnectSpec, WhoWaitsForTheNextMessageTriesOnceWithoutAPause) {
  ReconnectSpec spec;
  spec.when = ReconnectSpec::When::NextMessage;
  spec.pause = 3s;
  spec.factor = 2;
  EXPECT_EQ(spec.pause_before(0), 0s);
  EXPECT_EQ(spec.pause_before(1), 3s);
  EXPECT_EQ(spec.pause_before(2), 6s);
}

TEST(ReconnectSpec, RepeatsNothingWhatMayBeRepeatedOrEverything) {
  ReconnectSpec spec;
  EXPECT_FALSE(spec.repeats(true));
  spec.repeat = ReconnectSpec::Repeat::Repeatable;
  EXPECT_TRUE(spec.repeats(true));
  EXPECT_FALSE(spec.repeats(false));
  spec.repeat = ReconnectSpec::Repeat::Everything;
  EXPECT_TRUE(spec.repeats(false));
}

TEST(ReconnectSpec, SaysNothingOfItsOwnButOneSecondAndOneRepetition) {
  const ReconnectSpec spec;
  EXPECT_EQ(spec.when, ReconnectSpec::When::AtOnce);
  EXPECT_FALSE(spec.first_with_message);
  EXPECT_EQ(spec.pause, 1s);
  EXPECT_EQ(spec.factor, 1u);
  EXPECT_EQ(spec.longest_pause, 1min);
  EXPECT_FALSE(spec.limit);
  EXPECT_EQ(spec.repeat_limit, 1u);
  EXPECT_FALSE(spec.repeat_on_used_only);
}

}  // namespace
}  // namespace stayalive
