// SPDX-License-Identifier: Apache-2.0
#include "stack/timer/timer_slip.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/ticks.h"

namespace stayalive {
namespace {

TEST(TimerSlip, ATimerWithoutTicksFiresExactlyWhenItIsDue) {
  EXPECT_EQ(timer_due(kStart + 1ns, 7200s, 0), kStart + 7200s + 1ns);
  EXPECT_EQ(timer_due(kStart + 1ns, kForever, 0), kNever);
  EXPECT_EQ(timer_due(kStart + 1ns, kForever, 250), kNever);
}

TEST(TimerSlip, AShortTimerWaitsForTheTickAfterItsLast) {
  EXPECT_EQ(timer_due(kStart, 4ms, 250), kStart + 8ms);
  EXPECT_EQ(timer_due(kStart + 3'999'999ns, 4ms, 250), kStart + 8ms);
  EXPECT_EQ(timer_due(kStart + 4ms, 4ms, 250), kStart + 12ms);
  EXPECT_EQ(timer_due(kStart, 1ns, 250), kStart + 8ms);
  EXPECT_EQ(timer_due(kStart, 0ns, 250), kStart + 4ms);
}

TEST(TimerSlip, SlotsGrowCoarserWithDistance) {
  // 62 ticks still lie on the finest level, 63 on the next, whose slots are eight ticks wide.
  EXPECT_EQ(timer_due(kStart, 248ms, 250), kStart + 252ms);
  EXPECT_EQ(timer_due(kStart, 252ms, 250), kStart + 256ms);
  EXPECT_EQ(timer_due(kStart + 8ms, 252ms, 250), kStart + 288ms);
  EXPECT_EQ(timer_due(kStart, 503 * 4ms, 250), kStart + 504 * 4ms);
  EXPECT_EQ(timer_due(kStart, 504 * 4ms, 250), kStart + 512 * 4ms);
}

TEST(TimerSlip, ATwoHourTimerIsLateByAtMostOneSlotOf131Seconds) {
  for (int phase = 0; phase < 200; ++phase) {
    const TimePoint now = kStart + phase * 7919ms;
    const Duration late = timer_due(now, 7200s, 250) - (now + 7200s);
    EXPECT_GT(late, 0s);
    EXPECT_LE(late, 32768 * 4ms);
  }
}

TEST(TimerSlip, ATimerNeverFiresEarly) {
  for (int i = 1; i < 3000; ++i) {
    const TimePoint now = kStart + i * 1'234'567ns;
    const Duration span = i * i * 77'777ns;
    EXPECT_GE(timer_due(now, span, 1000), now + span);
  }
}

TEST(TimerSlip, NoTimerOfAKernelIsLaterThanTheMostAndOneIsAsLate) {
  for (const std::uint32_t hz : {100u, 250u, 300u, 1000u}) {
    const Duration tick{1'000'000'000 / hz};
    for (const Duration span : {Duration{0}, Duration{1}, 3 * tick, 62 * tick, 62 * tick + 1ns,
                                63 * tick, Duration{2s}, Duration{16s}}) {
      Duration latest{};
      for (int phase = 0; phase < 600; ++phase) {
        for (const Duration within : {Duration{0}, Duration{1}, tick / 2, tick - 1ns}) {
          const TimePoint now = kStart + phase * tick + within;
          latest = std::max(latest, timer_due(now, span, hz) - (now + span));
        }
      }
      EXPECT_EQ(latest, most_late(span, TimedBy::Kernel, hz)) << hz << " Hz, " << span.count();
    }
  }
}

TEST(TimerSlip, ALongTimerOfAKernelMayBeLateByAnEighth) {
  EXPECT_EQ(most_late(60s, TimedBy::Kernel, 250), 2048ms);
  EXPECT_EQ(most_late(7200s, TimedBy::Kernel, 250), 131'072ms);
  // The last tick of a level and the first of the next.
  EXPECT_EQ(most_late(32'255 * 4ms, TimedBy::Kernel, 250), 2048ms);
  EXPECT_EQ(most_late(32'256 * 4ms, TimedBy::Kernel, 250), 16'384ms);
  EXPECT_EQ(most_late(60s, TimedBy::Kernel, 0), 0s);
  EXPECT_EQ(most_late(kForever, TimedBy::Kernel, 250), 0s);
}

TEST(TimerSlip, AProgramThatWaitsIsLateByAThousandthAndNoMoreThan100Milliseconds) {
  EXPECT_EQ(most_late(1ms, TimedBy::Program), 50us);
  EXPECT_EQ(most_late(1s, TimedBy::Program), 1ms);
  EXPECT_EQ(most_late(60s, TimedBy::Program), 60ms);
  EXPECT_EQ(most_late(100s, TimedBy::Program), 100ms);
  EXPECT_EQ(most_late(7200s, TimedBy::Program), 100ms);
}

TEST(TimerSlip, SpansAreRoundedUpToWholeTicks) {
  EXPECT_EQ(whole_ticks(200ms, tick_length(250)), 200ms);
  EXPECT_EQ(whole_ticks(200ms + 1ns, tick_length(250)), 204ms);
  EXPECT_EQ(whole_ticks(200ms + 1ns, tick_length(0)), 200ms + 1ns);
}

}  // namespace
}  // namespace stayalive
