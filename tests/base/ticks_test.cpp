// SPDX-License-Identifier: Apache-2.0
#include "base/ticks.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

TEST(Ticks, AnInstantCountsAsTheBeginningOfItsTick) {
  const Duration tick = tick_length(250);
  EXPECT_EQ(tick, 4ms);
  EXPECT_EQ(tick_begin(kStart + 8ms - 1ns, tick), kStart + 4ms);
  EXPECT_EQ(tick_begin(kStart + 8ms, tick), kStart + 8ms);
  EXPECT_EQ(tick_begin(kNever, tick), kNever);
}

TEST(Ticks, ASpanCountsAsTheTicksItBegins) {
  EXPECT_EQ(whole_ticks(200ms, 4ms), 200ms);
  EXPECT_EQ(whole_ticks(200ms + 1ns, 4ms), 204ms);
  EXPECT_EQ(whole_ticks(kForever, 4ms), kForever);
}

TEST(Ticks, WithoutTicksEverythingIsExact) {
  EXPECT_EQ(tick_length(0), 0ns);
  EXPECT_EQ(tick_begin(kStart + 8ms - 1ns, 0ns), kStart + 8ms - 1ns);
  EXPECT_EQ(whole_ticks(200ms + 1ns, 0ns), 200ms + 1ns);
}

}  // namespace
}  // namespace stayalive
