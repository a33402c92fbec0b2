// SPDX-License-Identifier: Apache-2.0
#include "picture/chart/run_chart.h"

#include <gtest/gtest.h>

#include <sstream>

#include "run/run.h"
#include "support/scenario_text.h"

namespace stayalive {
namespace {

std::string drawn_run(const std::string& text) {
  const Scenario scenario = right(text);
  std::ostringstream out;
  write_run_svg(out, scenario, run(scenario));
  return out.str();
}

void expect_in_run(const std::string& svg, const std::string& part) {
  EXPECT_NE(svg.find(part), std::string::npos) << part << "\n" << svg;
}

// Time runs from 210 to 930 pixels: 720 for two hours, 6 each minute.
TEST(RunChart, DrawsEachEndOnOneTrueLineOfTime) {
  const std::string svg = drawn_run(R"({"title": "two hours", "duration": "2h",
    "path": [{"middlebox": {"name": "fw", "profile": "linux-firewall",
              "timeouts": {"tcp.established": "30m"}, "netfilter": {"tcp_loose": false}}}],
    "connections": [{"name": "silent"}],
    "events": [{"at": "1h", "flush": "fw"}]})");
  expect_in_run(svg, "<rect class=\"alive\" x=\"210\" y=\"86\" width=\"180\"");
  expect_in_run(svg, "<rect class=\"forgotten\" x=\"390\" y=\"86\" width=\"540\"");
  expect_in_run(svg, "<title>forgotten from 30m</title>");
  expect_in_run(svg, ">fw: tcp.established 30m, at 30m</text>");
  expect_in_run(svg, ">fw forgets everything</text>");
  expect_in_run(svg, "<path class=\"event\" d=\"M570 66L570 ");
  expect_in_run(svg, ">2h</text>");
}

// The second has no room behind it and too little before it: it is shortened and has a line of its
// own.
TEST(RunChart, SaysWhatHappenedAlsoWhereNamesAreLong) {
  const std::string name(64, 'x');
  const std::string svg =
      drawn_run(R"({"duration": "2h", "path": [{"middlebox": {"name": ")" + name +
                R"(", "profile": "linux-firewall"}}],
    "connections": [{"name": "first-of-two-that-differ-at-their-ends-a"},
                    {"name": "first-of-two-that-differ-at-their-ends-b"}],
    "events": [{"at": "1h", "crash": "server"}, {"at": "61m", "flush": ")" +
                name + "\"}]}");
  expect_in_run(svg, ">server crashes</text>");
  expect_in_run(svg, "<title>" + name + " forgets everything</title></text>");
  expect_in_run(svg, ">first-of-…nds-a<title>");
  expect_in_run(svg, ">first-of-…nds-b<title>");
}

TEST(RunChart, DrawsHowManyOfManyWereForgotten) {
  const std::string svg = drawn_run(R"({"duration": "10m", "path": [{"middlebox": {"name": "nat",
    "profile": "home-router", "timeouts": {"udp.single": "30s"}}}], "connections": [
    {"name": "phones", "transport": "udp", "count": 10, "spread": "1m",
     "strategy": {"keepalive": {"interval": "5m"}}}]})");
  expect_in_run(svg, ">phones ×10</text>");
  expect_in_run(svg, "<title>10 of 10 were forgotten some time</title>");
  expect_in_run(svg, "<path class=\"forgotten\"");
}

}  // namespace
}  // namespace stayalive
