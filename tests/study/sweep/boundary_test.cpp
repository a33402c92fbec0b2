// SPDX-License-Identifier: Apache-2.0
#include "study/sweep/boundary.h"

#include <gtest/gtest.h>

#include "scenario/values/axis.h"
#include "support/sweep_story.h"

namespace stayalive {
namespace {

AxisOrder order(const std::string& values) { return order_of(parse_axis("p=" + values).value()); }

TEST(AxisOrder, SpansNumbersRatesAndRatiosFollowOneAnother) {
  EXPECT_EQ(order("15s,1m,2h"), AxisOrder::Rising);
  EXPECT_EQ(order("2h,1m"), AxisOrder::Falling);
  EXPECT_EQ(order("2,10"), AxisOrder::Rising);
  EXPECT_EQ(order("64kbps,1Mbps"), AxisOrder::Rising);
  EXPECT_EQ(order("1/1000,1%"), AxisOrder::Rising);
}

TEST(AxisOrder, WordsAndMixturesAndZigzagsDoNot) {
  EXPECT_EQ(order("openwrt,aws-nlb"), AxisOrder::None);
  EXPECT_EQ(order("true,false"), AxisOrder::None);
  EXPECT_EQ(order("1m,5m,2m"), AxisOrder::None);
  EXPECT_EQ(order("1m,10"), AxisOrder::None);
}

Tally tally(std::uint64_t held, std::uint64_t runs) {
  Tally made;
  made.name = "c";
  made.held = held;
  made.runs = runs;
  return made;
}

TEST(Boundary, HeldIsMoreThanHalfOfTheRuns) {
  EXPECT_TRUE(mostly_held(tally(1, 1)));
  EXPECT_TRUE(mostly_held(tally(11, 20)));
  EXPECT_FALSE(mostly_held(tally(10, 20)));
  EXPECT_FALSE(mostly_held(tally(0, 1)));
}

// A sweep of two axes, the points of which are given as 'h' (holds), '-' (does not) or '?' (not
// done).
Sweep grid(const std::string& first, const std::string& second, const std::string& points) {
  Sweep sweep;
  sweep.axes = {parse_axis("a=" + first).value(), parse_axis("b=" + second).value()};
  for (const char point : points) {
    sweep.points.push_back({1, point != '?', {}});
    if (point != '?') sweep.points.back().connections.push_back(tally(point == 'h' ? 1 : 0, 1));
  }
  return sweep;
}

TEST(Boundary, LiesBetweenNeighboursAlongEachAxis) {
  const std::vector<Boundary> found = find_boundaries(grid("1,2", "1m,2m,3m",
                                                           "hhh"
                                                           "h--"));
  ASSERT_EQ(found.size(), 3u);
  EXPECT_EQ(found[0].axis, 0u);
  EXPECT_EQ(found[0].holds, 1u);
  EXPECT_EQ(found[0].fails, 4u);
  EXPECT_EQ(found[1].axis, 0u);
  EXPECT_EQ(found[1].holds, 2u);
  EXPECT_EQ(found[1].fails, 5u);
  EXPECT_EQ(found[2].axis, 1u);
  EXPECT_EQ(found[2].holds, 3u);
  EXPECT_EQ(found[2].fails, 4u);
}

TEST(Boundary, HasTwoDirections) {
  const std::vector<Boundary> found = find_boundaries(grid("1", "1m,2m,3m", "-h-"));
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].fails, 0u);
  EXPECT_EQ(found[0].holds, 1u);
  EXPECT_EQ(found[1].holds, 1u);
  EXPECT_EQ(found[1].fails, 2u);
}

TEST(Boundary, NeedsAnOrderAndFinishedNeighbours) {
  EXPECT_TRUE(find_boundaries(grid("1", "x,y", "h-")).empty());
  EXPECT_TRUE(find_boundaries(grid("1", "1m,2m,3m", "h?-")).empty());
}

TEST(Boundary, TheEndOfOneLineIsNoNeighbourOfTheBeginningOfTheNext) {
  const std::vector<Boundary> found = find_boundaries(grid("x,y", "1m,2m", "hh--"));
  EXPECT_TRUE(found.empty());
}

}  // namespace
}  // namespace stayalive
