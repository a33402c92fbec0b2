// SPDX-License-Identifier: Apache-2.0
#include "picture/chart/chart_svg.h"

#include <gtest/gtest.h>

#include <sstream>

#include "picture/chart/svg_sheet.h"

namespace stayalive {
namespace {

std::string drawn(const Chart& chart) {
  std::ostringstream out;
  write_chart_svg(out, chart);
  return out.str();
}

void expect_drawn(const std::string& svg, const std::string& part, std::size_t times = 1) {
  std::size_t found = 0;
  for (std::size_t at = svg.find(part); at != std::string::npos; at = svg.find(part, at + 1))
    ++found;
  EXPECT_EQ(found, times) << part << "\n" << svg;
}

// Two curves over two values, of which the second coincides with the first and has a band.
Chart two_curves() {
  Chart chart{"a <title>", "a subtitle", "what is to be seen", {}, {"a sentence"}};
  ChartPanel panel{"a panel", "", {"over", {{0, "1m"}, {1000, "2m"}}}, {"up", {{0, "0 %"}}}};
  panel.series.push_back({"first", {{0, 1000, 1000, 1000}, {1000, 0, 0, 0, false}}});
  panel.series.push_back({"second", {{0, 1000, 900, 1000}, {1000, 0, 0, 100, false}}});
  chart.panels.push_back(panel);
  return chart;
}

TEST(ChartSvg, DrawsEveryCurveWithItsNameAndItsBand) {
  const std::string svg = drawn(two_curves());
  expect_drawn(svg, "class=\"curve c0\" d=\"M120");
  expect_drawn(svg, "class=\"curve c1\" d=\"M120");
  expect_drawn(svg, ">first</text>");
  expect_drawn(svg, "class=\"band f1\"");
  expect_drawn(svg, "class=\"band f0\"", 0);
  expect_drawn(svg, "class=\"hollow c0\"");
  expect_drawn(svg, "a &lt;title&gt;", 2);
  expect_drawn(svg, ">a sentence</text>");
}

TEST(ChartSvg, CurvesThatCoincideLieBesideEachOther) {
  const std::string svg = drawn(two_curves());
  const auto begins = [&](const std::string& curve) {
    const std::size_t at = svg.find("class=\"curve " + curve + "\" d=\"M120 ");
    return std::stoi(svg.substr(at + 26));
  };
  EXPECT_EQ(begins("c1") - begins("c0"), 2);
}

TEST(ChartSvg, BandsThatCoincideAreDrawnOnce) {
  Chart chart = two_curves();
  chart.panels[0].series.push_back(chart.panels[0].series[1]);
  expect_drawn(drawn(chart), "class=\"band ", 1);
}

TEST(ChartSvg, AMapHasAFieldForEachPairAndSaysWhatWasNotRun) {
  Chart chart{"map", "", "", {}, {}};
  ChartPanel panel{"c", "", {"x", {{250, "1m"}, {750, "2m"}}}, {"y", {{500, "a"}}}};
  panel.cells = {{1000, "20/20", "all"}, {-1, "", "not run"}};
  chart.panels.push_back(panel);
  const std::string svg = drawn(chart);
  expect_drawn(svg, "<rect class=\"h5\"");
  expect_drawn(svg, "<rect class=\"none\"");
  expect_drawn(svg, ">20/20</text>");
  expect_drawn(svg, "<title>not run</title>");
}

TEST(ChartSvg, ALongNameIsShortenedAndWholeWhenPointedAt) {
  Chart chart = two_curves();
  chart.panels[0].series[0].name = std::string(100, 'n');
  const std::string svg = drawn(chart);
  expect_drawn(svg, "<title>" + std::string(100, 'n') + "</title>");
  expect_drawn(svg, ">" + std::string(100, 'n') + "</text>", 0);
}

TEST(SvgSheet, IsDarkWhereTheReaderWantsItAndLightOnPaper) {
  const std::string svg = drawn(two_curves());
  expect_drawn(svg, "@media screen and (prefers-color-scheme: dark)");
  expect_drawn(svg, "@media", 1);
}

}  // namespace
}  // namespace stayalive
