// SPDX-License-Identifier: Apache-2.0
#include "strategy/second_clock.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

TEST(SecondClock, ShowsWholeSecondsFromItsPhaseOn) {
  const SecondClock clock(300ms);
  EXPECT_EQ(clock.read(kStart + 700ms - 1ns), clock.read(kStart));
  EXPECT_EQ(clock.read(kStart + 700ms), clock.read(kStart) + 1);
  EXPECT_EQ(clock.start_of(clock.read(kStart) + 1), kStart + 700ms);
  EXPECT_EQ(SecondClock(0ns).start_of(7), TimePoint{7s});
}

TEST(SecondClock, KnowsTheLastSecondBeforeTheEndOfTime) {
  const SecondClock clock(0ns);
  const std::int64_t last = kNever.time_since_epoch() / 1s - 1;
  EXPECT_EQ(clock.start_of(last), TimePoint{last * 1s});
  EXPECT_EQ(clock.start_of(last + 1), kNever);
}

}  // namespace
}  // namespace stayalive
