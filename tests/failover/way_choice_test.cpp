// SPDX-License-Identifier: Apache-2.0
#include "failover/way_choice.h"

#include <gtest/gtest.h>

#include <vector>

namespace stayalive {
namespace {

TimePoint after(Duration since_start) { return kStart + since_start; }

TEST(WayChoice, LeavesAtOnceAndGoesBackAfterTheHoldDown) {
  WatcherRules rules;
  rules.hold_down = 30s;
  WayChoice choice(rules, 2);
  std::vector<WayChoice::Change> changes;
  choice.note(0, false, after(10s));
  choice.expire(after(10s), changes);
  ASSERT_EQ(changes.size(), 1u);
  EXPECT_EQ(choice.way(), 1u);
  choice.note(0, true, after(60s));
  EXPECT_EQ(choice.next_deadline(), after(90s));
  choice.expire(after(90s - 1ns), changes);
  EXPECT_EQ(choice.way(), 1u);
  choice.expire(after(90s), changes);
  EXPECT_EQ(choice.way(), 0u);
  EXPECT_TRUE(changes.back().back());
}

TEST(WayChoice, AWayThatDiesAgainInTheHoldDownWaitsAnew) {
  WatcherRules rules;
  rules.hold_down = 30s;
  WayChoice choice(rules, 2);
  std::vector<WayChoice::Change> changes;
  choice.note(0, false, after(10s));
  choice.expire(after(10s), changes);
  choice.note(0, true, after(60s));
  choice.note(0, false, after(80s));
  EXPECT_EQ(choice.next_deadline(), kNever);
  choice.note(0, true, after(85s));
  EXPECT_EQ(choice.next_deadline(), after(115s));
}

TEST(WayChoice, NeverGoesBackByItselfButTakesWhatIsUpWhenItsOwnWayDies) {
  WatcherRules rules;
  rules.hold_down = kForever;
  WayChoice choice(rules, 2);
  std::vector<WayChoice::Change> changes;
  choice.note(0, false, after(10s));
  choice.expire(after(10s), changes);
  choice.note(0, true, after(20s));
  EXPECT_EQ(choice.next_deadline(), kNever);
  choice.note(1, false, after(100s));
  choice.expire(after(100s), changes);
  EXPECT_EQ(choice.way(), 0u);
}

TEST(WayChoice, StaysWhereItIsWhileAllAreDown) {
  WatcherRules rules;
  rules.down_delay = 5s;
  WayChoice choice(rules, 2);
  choice.note(1, false, after(1s));
  choice.note(0, false, after(10s));
  EXPECT_EQ(choice.next_deadline(), kNever);
  choice.note(1, true, after(12s));
  EXPECT_EQ(choice.next_deadline(), after(15s)) << "the delay runs from the end of its own way";
}

TEST(WayChoice, AWayThatComesBackWithinTheDelayIsNotLeft) {
  WatcherRules rules;
  rules.down_delay = 5s;
  WayChoice choice(rules, 2);
  std::vector<WayChoice::Change> changes;
  choice.note(0, false, after(10s));
  choice.note(0, true, after(15s - 1ns));
  choice.expire(after(1h), changes);
  EXPECT_TRUE(changes.empty());
}

TEST(WayChoice, OfSeveralTheFirstThatIsUpIsTaken) {
  WatcherRules rules;
  WayChoice choice(rules, 3);
  std::vector<WayChoice::Change> changes;
  choice.note(1, false, after(1s));
  choice.note(0, false, after(2s));
  choice.expire(after(2s), changes);
  EXPECT_EQ(choice.way(), 2u);
  choice.note(1, true, after(3s));
  choice.expire(after(3s), changes);
  EXPECT_EQ(choice.way(), 1u);
}

TEST(WayChoice, NothingPassesUntilItHasSettled) {
  WatcherRules rules;
  rules.settles_for = 30s;
  WayChoice choice(rules, 2);
  std::vector<WayChoice::Change> changes;
  EXPECT_EQ(choice.settled_at(), kStart);
  choice.note(0, false, after(10s));
  choice.expire(after(10s), changes);
  EXPECT_EQ(choice.settled_at(), after(40s));
}

}  // namespace
}  // namespace stayalive
