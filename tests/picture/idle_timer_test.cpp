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
  timer.add(timer_time(0s), change(TimerChange::Kind::Started, 1, 10s));
  EXPECT_EQ(timer.at(timer_time(0s)).permille, 1000);
  EXPECT_EQ(timer.before(timer_time(5s)).permille, 500);
  timer.add(timer_time(5s), change(TimerChange::Kind::Extended, 1, 15s));
  EXPECT_EQ(timer.before(timer_time(5s)).left, 5s);
  EXPECT_EQ(timer.at(timer_time(5s)).left, 10s);
}

TEST(IdleTimer, APacketThatDoesNotRefreshLeavesItAsItIs) {
  IdleTimer timer;
  timer.add(timer_time(0s), change(TimerChange::Kind::Started, 1, 10s));
  timer.add(timer_time(4s), change(TimerChange::Kind::Unchanged, 1, 10s));
  EXPECT_EQ(timer.at(timer_time(5s)).permille, 500) << "of ten seconds, not of six";
}

TEST(IdleTimer, HoldsNothingFromTheInstantAtWhichItEnds) {
  IdleTimer timer;
  timer.add(timer_time(0s), change(TimerChange::Kind::Started, 1, 10s));
  timer.add(timer_time(10s), change(TimerChange::Kind::Expired, 1, 10s));
  EXPECT_TRUE(timer.before(timer_time(10s)).held);
  EXPECT_FALSE(timer.at(timer_time(10s)).held);
  EXPECT_FALSE(timer.ended_before(timer_time(10s)));
  ASSERT_TRUE(timer.ended_before(timer_time(10s) + Duration{1}));
  EXPECT_EQ(timer.ended_before(timer_time(12s))->at, timer_time(10s));
  EXPECT_EQ(timer.ended_before(timer_time(12s))->how, TimerChange::Kind::Expired);
}

TEST(IdleTimer, OfSeveralFlowsTheOneThatWasUsedLastCounts) {
  IdleTimer timer;
  timer.add(timer_time(0s), change(TimerChange::Kind::Started, 1, 10s));
  timer.add(timer_time(2s), change(TimerChange::Kind::Started, 2, 12s));
  timer.add(timer_time(3s), change(TimerChange::Kind::Extended, 1, 13s));
  timer.add(timer_time(4s), change(TimerChange::Kind::Closed, 1, 4s));
  EXPECT_EQ(timer.at(timer_time(4s)).left, 8s) << "of the second flow";
  timer.add(timer_time(12s), change(TimerChange::Kind::Expired, 2, 12s));
  EXPECT_FALSE(timer.at(timer_time(12s)).held);
}

}  // namespace
}  // namespace stayalive
