// SPDX-License-Identifier: Apache-2.0
#include "report/page/advice_page.h"

#include <gtest/gtest.h>

#include <sstream>

#include "report/advice/comparison_chart.h"
#include "report/advice/window_chart.h"
#include "scenario/products/products.h"
#include "study/advise/scenario_draft.h"
#include "support/page_story.h"
#include "support/scenario_text.h"

namespace stayalive {
namespace {

struct Asked {
  Subject subject;
  Advice advice;
};

Asked asked_about(const std::string& strategy, const std::string& through) {
  ScenarioDraft draft;
  draft.strategy = parse_strategy(strategy).value();
  draft.path.boxes = parse_boxes(through).value();
  draft.interval = draft.strategy.usual();
  Asked asked{{ScenarioDocument::parse(draft.json(), "draft").value(), {}, 0, draft.strategy, {}},
              {}};
  AdviseOptions options;
  options.rules.survive = 2h;
  asked.advice = advise(asked.subject, options);
  asked.advice.where = draft.path.words();
  return asked;
}

std::string page_of_advice(const Asked& asked) {
  std::ostringstream out;
  write_advice_page(out, {asked.subject, asked.advice}, "made here");
  return out.str();
}

TEST(AdvicePage, DrawsTheWindowAndTheNearestIntervalThatFails) {
  expect_in_order(
      page_of_advice(asked_about("openssh", "aws-nlb")),
      {"verdict good", "<strong>Use 5m</strong>", "Intervals from 1s to 5m50s hold",
       "5m51s does not: aws-nlb forgets it", "<svg id=\"figure-1\"", ">holds: 1s to 5m50s</text>",
       ">use 5m</text>", "<h3>5m51s: aws-nlb forgets it", "Ladder of connection",
       "<h2>Evidence</h2>", "ServerAliveInterval 300", "&quot;server_alive_interval&quot;"});
}

TEST(AdvicePage, OfAnEmptyWindowItShowsBothReasons) {
  expect_in_order(page_of_advice(asked_about("grpc", "aws-nlb:tcp.established=60s")),
                  {"verdict bad", "No interval holds", ">none holds</text>", "too many pings",
                   "Ladder of connection", "Ladder of connection"});
}

// 24 to 876 pixels are from a quarter of the shortest interval to four times the longest: from
// 0.25 s to 1400 s, so that 1 s lies at 24 + 852 x ln 4 / ln 5600.
TEST(WindowChart, StandsAtItsSizeByFactors) {
  std::ostringstream out;
  const Advice advice = asked_about("openssh", "aws-nlb").advice;
  ASSERT_TRUE(has_window(advice));
  write_window_svg(out, advice);
  EXPECT_NE(out.str().find("<rect class=\"h5\" x=\"161\" y=\"96\" width=\"578\""),
            std::string::npos)
      << out.str();
}

Comparison compared(const std::vector<Contestant>& contestants) {
  Comparison made = compare(contestants, 1, {});
  made.where = "lb";
  return made;
}

TEST(ComparisonPage, ShowsWhatHoldsWhatItCostsAndWhatDoesNot) {
  const Scenario scenario = right(R"({"duration": "1h",
    "path": [{"middlebox": {"name": "lb", "profile": "aws-nlb"}}],
    "connections": [{"name": "probed",
       "strategy": {"tcp_keepalive": {"idle": "5m", "interval": "20s"}}},
                    {"name": "silent"}]})");
  const std::vector<Contestant> contestants{{"tcp=5m", scenario, 0, 5min},
                                            {"silent", scenario, 1, 0s}};
  const Comparison made = compared(contestants);
  std::ostringstream out;
  write_comparison_page(out, {contestants, made}, "made here");
  expect_in_order(out.str(), {"verdict warn", "1 of 2 hold for 1h", "<strong>tcp=5m</strong> holds",
                              "<strong>silent</strong> does not hold", "<svg id=\"figure-1\"",
                              ">tcp=5m</text>", "ends before: silent", "<h3>silent</h3>",
                              "Ladder of silent", "<h2>Evidence</h2>", "aws-nlb"});
  const std::optional<Chart> chart = draw_comparison(made);
  ASSERT_TRUE(chart);
  ASSERT_EQ(chart->panels[0].series.size(), 1u);
  EXPECT_EQ(chart->panels[0].series[0].points[0].filled, true);
}

TEST(ComparisonChart, IsEmptyWhereNothingLives) {
  const Scenario scenario = right(R"({"duration": "1h",
    "path": [{"middlebox": {"name": "lb", "profile": "aws-nlb"}}],
    "connections": [{"name": "silent"}]})");
  EXPECT_FALSE(draw_comparison(compared({{"silent", scenario, 0, 0s}})));
}

TEST(WebPage, SaysWhetherRequestsFail) {
  Products products;
  WebQuestion question = read_server_word("nginx=30s", products).value().value();
  question.path.boxes = parse_boxes("aws-alb").value();
  mark_proxies(question.path.boxes, {});
  const Result<WebAdvice> advice = advise_server(question);
  ASSERT_TRUE(advice.ok());
  std::ostringstream out;
  write_web_page(out, advice.value(), "made here");
  expect_in_order(
      out.str(), {"nginx with a keep-alive timeout of 30s", "verdict bad", "Requests fail with 30s",
                  "Keep idle connections for", "What fails today"});
}

}  // namespace
}  // namespace stayalive
