// SPDX-License-Identifier: Apache-2.0
#include "picture/idle_timer.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

TimePoint timer_time(Duration since) { return kStart + since; }

TimerChange change(TimerChange::Kind kind, std::uint32_t flow, Duration deadline) {
  return {.kind = kind, .flow = FlowId{flow}, .timer = "udp", .deadline = timer_time(deadline)};
}

TEST(IdleTimer, RunsDownAndBeginsAnewWithARefresh) {
  IdleTimer timer;
  timer.add({timer_time(0s), 1}, change(TimerChange::Kind::Started, 1, 10s));
  EXPECT_EQ(timer.at(timer_time(0s)).permille, 1000);
  EXPECT_EQ(timer.before(timer_time(5s)).permille, 500);
  timer.add({timer_time(5s), 1}, change(TimerChange::Kind::Extended, 1, 15s));
  EXPECT_EQ(timer.before(timer_time(5s)).left, 5s);
  EXPECT_EQ(timer.at(timer_time(5s)).left, 10s);
}

TEST(IdleTimer, APacketThatDoesNotRefreshLeavesItAsItIs) {
  IdleTimer timer;
  timer.add({timer_time(0s), 1}, change(TimerChange::Kind::Started, 1, 10s));
  timer.add({timer_time(4s), 1}, change(TimerChange::Kind::Unchanged, 1, 10s));
  EXPECT_EQ(timer.at(timer_time(5s)).permille, 500) << "of ten seconds, not of six";
}

TEST(IdleTimer, HoldsNothingFromTheInstantAtWhichItEnds) {
  IdleTimer timer;
  timer.add({timer_time(0s), 1}, change(TimerChange::Kind::Started, 1, 10s));
  timer.add({timer_time(10s), 1}, change(TimerChange::Kind::Expired, 1, 10s));
  EXPECT_TRUE(timer.before(timer_time(10s)).held);
  EXPECT_FALSE(timer.at(timer_time(10s)).held);
  EXPECT_FALSE(timer.ended_before(timer_time(10s)));
  ASSERT_TRUE(timer.ended_before(timer_time(10s) + Duration{1}));
  EXPECT_EQ(timer.ended_before(timer_time(12s))->at, timer_time(10s));
  EXPECT_EQ(timer.ended_before(timer_time(12s))->how, TimerChange::Kind::Expired);
}

TEST(IdleTimer, AtOneInstantTheOrderOfItsChangesCounts) {
  IdleTimer timer;
  timer.add({timer_time(0s), 1}, change(TimerChange::Kind::Started, 1, 10s));
  timer.add({timer_time(6s), 2}, change(TimerChange::Kind::Flushed, 1, 6s));
  timer.add({timer_time(6s), 3}, change(TimerChange::Kind::Started, 2, 16s));
  EXPECT_EQ(timer.level({timer_time(6s), 1}).left, 4s);
  EXPECT_FALSE(timer.level({timer_time(6s), 2}).held);
  EXPECT_EQ(timer.level({timer_time(6s), 3}).left, 10s);
  EXPECT_EQ(timer.level({timer_time(5s), 1}, timer_time(8s)).left, 2s)
      << "as if nothing had happened since";
}

TEST(IdleTimer, OfSeveralFlowsTheOneThatWasUsedLastCounts) {
  IdleTimer timer;
  timer.add({timer_time(0s), 1}, change(TimerChange::Kind::Started, 1, 10s));
  timer.add({timer_time(2s), 1}, change(TimerChange::Kind::Started, 2, 12s));
  timer.add({timer_time(3s), 1}, change(TimerChange::Kind::Extended, 1, 13s));
  timer.add({timer_time(4s), 1}, change(TimerChange::Kind::Closed, 1, 4s));
  EXPECT_EQ(timer.at(timer_time(4s)).left, 8s) << "of the second flow";
  timer.add({timer_time(12s), 1}, change(TimerChange::Kind::Expired, 2, 12s));
  EXPECT_FALSE(timer.at(timer_time(12s)).held);
}

}  // namespace
}  // namespace stayalive
