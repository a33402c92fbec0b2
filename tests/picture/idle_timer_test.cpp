// SPDX-License-Identifier: Apache-2.0
#include "picture/idle_timer.h"

#include <gtest/gtest.h>

#include "support/instant.h"

namespace stayalive {
namespace {

TimerChange change(TimerChange::Kind kind, std::uint32_t flow, Duration deadline) {
  return {.kind = kind, .flow = FlowId{flow}, .timer = "udp", .deadline = at(deadline)};
}

TEST(IdleTimer, RunsDownAndBeginsAnewWithARefresh) {
  IdleTimer timer;
  timer.add({at(0s), 1}, change(TimerChange::Kind::Started, 1, 10s));
  EXPECT_EQ(timer.at(at(0s)).permille, 1000);
  EXPECT_EQ(timer.before(at(5s)).permille, 500);
  timer.add({at(5s), 1}, change(TimerChange::Kind::Extended, 1, 15s));
  EXPECT_EQ(timer.before(at(5s)).left, 5s);
  EXPECT_EQ(timer.at(at(5s)).left, 10s);
}

TEST(IdleTimer, APacketThatDoesNotRefreshLeavesItAsItIs) {
  IdleTimer timer;
  timer.add({at(0s), 1}, change(TimerChange::Kind::Started, 1, 10s));
  timer.add({at(4s), 1}, change(TimerChange::Kind::Unchanged, 1, 10s));
  EXPECT_EQ(timer.at(at(5s)).permille, 500) << "of ten seconds, not of six";
}

TEST(IdleTimer, HoldsNothingFromTheInstantAtWhichItEnds) {
  IdleTimer timer;
  timer.add({at(0s), 1}, change(TimerChange::Kind::Started, 1, 10s));
  timer.add({at(10s), 1}, change(TimerChange::Kind::Expired, 1, 10s));
  EXPECT_TRUE(timer.before(at(10s)).held);
  EXPECT_FALSE(timer.at(at(10s)).held);
  EXPECT_FALSE(timer.ended_before(at(10s)));
  ASSERT_TRUE(timer.ended_before(at(10s) + Duration{1}));
  EXPECT_EQ(timer.ended_before(at(12s))->at, at(10s));
  EXPECT_EQ(timer.ended_before(at(12s))->how, TimerChange::Kind::Expired);
}

TEST(IdleTimer, AtOneInstantTheOrderOfItsChangesCounts) {
  IdleTimer timer;
  timer.add({at(0s), 1}, change(TimerChange::Kind::Started, 1, 10s));
  timer.add({at(6s), 2}, change(TimerChange::Kind::Flushed, 1, 6s));
  timer.add({at(6s), 3}, change(TimerChange::Kind::Started, 2, 16s));
  EXPECT_EQ(timer.level({at(6s), 1}).left, 4s);
  EXPECT_FALSE(timer.level({at(6s), 2}).held);
  EXPECT_EQ(timer.level({at(6s), 3}).left, 10s);
  EXPECT_EQ(timer.level({at(5s), 1}, at(8s)).left, 2s) << "as if nothing had happened since";
}

TEST(IdleTimer, OfSeveralFlowsTheOneThatWasUsedLastCounts) {
  IdleTimer timer;
  timer.add({at(0s), 1}, change(TimerChange::Kind::Started, 1, 10s));
  timer.add({at(2s), 1}, change(TimerChange::Kind::Started, 2, 12s));
  timer.add({at(3s), 1}, change(TimerChange::Kind::Extended, 1, 13s));
  timer.add({at(4s), 1}, change(TimerChange::Kind::Closed, 1, 4s));
  EXPECT_EQ(timer.at(at(4s)).left, 8s) << "of the second flow";
  timer.add({at(12s), 1}, change(TimerChange::Kind::Expired, 2, 12s));
  EXPECT_FALSE(timer.at(at(12s)).held);
}

}  // namespace
}  // namespace stayalive
