// SPDX-License-Identifier: Apache-2.0
#include "study/trials/ordered_tallies.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

std::vector<ConnectionReport> dead_by(const std::string& who) {
  ConnectionReport report;
  report.name = "c";
  report.sides[0].timeline = {{kStart, Outcome::Forgotten}};
  report.blame.who = who;
  return {report};
}

TEST(OrderedTallies, AddsUpInTheOrderOfTheNumbersAndNotOfArrival) {
  OrderedTallies tallies(1h, 7);
  EXPECT_EQ(tallies.add(1, dead_by("second")), 0u);
  EXPECT_EQ(tallies.add(0, dead_by("first")), 2u);
  EXPECT_EQ(tallies.add(2, dead_by("third")), 3u);
  ASSERT_EQ(tallies.all().size(), 1u);
  EXPECT_EQ(tallies.all()[0].blame.who, "first");
  EXPECT_EQ(tallies.all()[0].failed_seed, 7u) << "that of trial 0";
  EXPECT_EQ(tallies.all()[0].runs, 3u);
  EXPECT_EQ(tallies.all()[0].cost.time, 3h);
}

TEST(OrderedTallies, LeavesOutWhatComesAfterAMissingOne) {
  OrderedTallies tallies(1h, 7);
  tallies.add(0, dead_by("first"));
  EXPECT_EQ(tallies.add(2, dead_by("third")), 1u);
  EXPECT_EQ(tallies.all()[0].runs, 1u);
}

}  // namespace
}  // namespace stayalive
