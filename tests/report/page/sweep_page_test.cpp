// SPDX-License-Identifier: Apache-2.0
#include "report/page/sweep_page.h"

#include <gtest/gtest.h>

#include <sstream>

#include "support/page_story.h"

namespace stayalive {
namespace {

// A balancer that forgets after 5m50s.
constexpr const char* kProbes = R"({"title": "Probes", "duration": "1h",
  "path": [{"middlebox": {"name": "nlb", "profile": "aws-nlb"}}],
  "connections": [{"name": "c", "strategy": {"tcp_keepalive": {"idle": "1m"}}}]})";

std::string page_of_sweep(const std::vector<std::string>& axes) {
  const ScenarioDocument document = ScenarioDocument::parse(kProbes, "p.json").value();
  SweepRequest request;
  for (const std::string& axis : axes) request.axes.push_back(parse_axis(axis).value());
  Sweep sweep = plan_sweep(document, request).value();
  EXPECT_TRUE(run_sweep(document, request, sweep).empty());
  std::ostringstream out;
  write_sweep_page(out, {document, request, sweep}, "made here");
  return out.str();
}

constexpr const char* kIdle = "connections.c.strategy.tcp_keepalive.idle=";

TEST(SweepPage, ShowsTheFirstValueAtWhichAConnectionDoesNotHold) {
  expect_in_order(
      page_of_sweep({kIdle + std::string("1m,5m,6m,10m")}),
      {"verdict warn", "There are limits beyond which connections do not hold",
       "c holds up to 5m; at 6m nlb forgets it", "<svg id=\"figure-1\"", "<h3>c with idle 6m</h3>",
       "Ladder of c", "nlb forgets it", "<h2>Evidence</h2>", "<h2>Where the values are from</h2>",
       "aws-nlb", "<h2>The scenario</h2>", "&quot;title&quot;: &quot;Probes&quot;"});
}

TEST(SweepPage, SaysWhereAllHoldsAndWhereNothingDoes) {
  expect_in_order(page_of_sweep({kIdle + std::string("1m,2m")}),
                  {"verdict good", "Every connection holds at every value",
                   "Every connection held at every value that was run."});
  expect_in_order(page_of_sweep({kIdle + std::string("6m,7m")}),
                  {"verdict bad", "No connection holds at any value", "<h3>c with idle 6m</h3>"});
}

TEST(SweepPage, OfThreeAxesThereIsNoChartAndAllTheRest) {
  expect_in_order(
      page_of_sweep({kIdle + std::string("1m,6m"), "connections.c.strategy.tcp_keepalive.count=1,2",
                     "connections.c.strategy.tcp_keepalive.interval=1s,2s"}),
      {"There is none: a chart shows one axis or two; 3 vary", "Ladder of c"});
}

}  // namespace
}  // namespace stayalive
