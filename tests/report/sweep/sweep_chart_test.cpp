// SPDX-License-Identifier: Apache-2.0
#include "report/sweep/sweep_chart.h"

#include <gtest/gtest.h>

#include "support/sweep_grid.h"

namespace stayalive {
namespace {

Chart chart_of(const Sweep& sweep) {
  Result<Chart> chart = draw_sweep(sweep);
  EXPECT_TRUE(chart.ok());
  return chart.ok() ? std::move(chart).value() : Chart{};
}

TEST(SweepChart, DrawsSurvivalOverTheOneAxisThatVaries) {
  Sweep sweep = sweep_grid({"a.interval=1m,2m,5m", "b.other=7"}, "hh-");
  sweep.title = "An interval";
  const Chart chart = chart_of(sweep);
  EXPECT_EQ(chart.title, "An interval");
  EXPECT_EQ(chart.subtitle, "3 points; other 7");
  ASSERT_EQ(chart.panels.size(), 1u) << "nobody noticed anything";
  const ChartPanel& panel = chart.panels[0];
  ASSERT_EQ(panel.x.ticks.size(), 3u);
  EXPECT_EQ(panel.x.ticks[1].label, "2m");
  EXPECT_EQ(panel.x.ticks[1].at, 250) << "a minute of four";
  ASSERT_EQ(panel.series.size(), 1u);
  const std::vector<ChartPoint>& points = panel.series[0].points;
  EXPECT_EQ(points[1].y, 1000);
  EXPECT_EQ(points[2].y, 0);
  EXPECT_FALSE(points[2].filled);
  EXPECT_EQ(points[2].low, points[2].high) << "nothing depends on chance";
  EXPECT_NE(points[2].tip.find("does not hold; box: tcp.established 2m30s"), std::string::npos)
      << points[2].tip;
}

TEST(SweepChart, ABandShowsWhereTheProbabilityLies) {
  Sweep sweep = sweep_grid({"a.interval=1m,2m"}, "hh");
  for (SweepPoint& point : sweep.points) {
    point.connections[0].runs = 20;
    point.connections[0].held = 10;
  }
  const Chart chart = chart_of(sweep);
  const ChartPoint& point = chart.panels[0].series[0].points[0];
  EXPECT_EQ(point.y, 500);
  // Wilson: 0.299 to 0.701.
  EXPECT_EQ(point.low, 299);
  EXPECT_EQ(point.high, 701);
}

TEST(SweepChart, DrawsCostAgainstDetectionWhereSomebodyNoticed) {
  Sweep sweep = sweep_grid({"a.interval=1m,2m"}, "--");
  sweep.points[0].connections[0].noticed[0].add(60s);
  sweep.points[0].connections[0].cost.bytes = 100;
  sweep.points[1].connections[0].noticed[1].add(120s);
  sweep.points[1].connections[0].cost.bytes = 50;
  const Chart chart = chart_of(sweep);
  ASSERT_EQ(chart.panels.size(), 2u);
  const std::vector<ChartPoint>& points = chart.panels[1].series[0].points;
  EXPECT_EQ(points[0].x, 500) << "from zero on";
  EXPECT_EQ(points[0].y, 1000) << "the most";
  EXPECT_EQ(points[0].label, "1m");
  EXPECT_EQ(points[1].x, 1000);
  EXPECT_EQ(points[1].y, 500);
}

TEST(SweepChart, DrawsAMapOfTwoAxesAndLeavesOutWhatWasNotRun) {
  const Chart chart = chart_of(sweep_grid({"a.up=1m,2m", "b.across=1,2,3"}, "hh-h??"));
  ASSERT_EQ(chart.panels.size(), 1u);
  const ChartPanel& panel = chart.panels[0];
  EXPECT_EQ(panel.title, "c");
  EXPECT_EQ(panel.y.title, "up");
  ASSERT_EQ(panel.cells.size(), 6u);
  EXPECT_EQ(panel.cells[0].share, 1000);
  EXPECT_EQ(panel.cells[2].text, "no");
  EXPECT_EQ(panel.cells[4].share, -1);
}

TEST(SweepChart, RefusesMoreAxesThanTwoAndNone) {
  const auto refusal = [](const Sweep& sweep) {
    const Result<Chart> chart = draw_sweep(sweep);
    return chart.ok() ? "" : chart.errors().front().message;
  };
  EXPECT_NE(refusal(sweep_grid({"a=1,2", "b=1,2", "c=1,2"}, "hhhhhhhh")).find("3 vary: a, b or c"),
            std::string::npos);
  EXPECT_NE(refusal(sweep_grid({"a=1"}, "h")).find("no axis has several values"),
            std::string::npos);
}

TEST(SweepChart, ASweepOfWhichNothingIsDoneHasNoCurve) {
  const Chart chart = chart_of(sweep_grid({"a=1,2"}, "??"));
  EXPECT_EQ(chart.subtitle, "2 points, 0 of them done");
}

}  // namespace
}  // namespace stayalive
