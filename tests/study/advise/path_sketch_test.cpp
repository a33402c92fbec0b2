// SPDX-License-Identifier: Apache-2.0
#include "study/advise/path_sketch.h"

#include <gtest/gtest.h>

#include "scenario/products/products.h"
#include "study/advise/scenario_draft.h"
#include "support/scenario_text.h"

namespace stayalive {
namespace {

TEST(PathSketch, BoxesHaveTimersOfTheirOwnAndNamesThatDiffer) {
  const auto boxes = parse_boxes("openwrt,aws-nlb:tcp.established=60s,openwrt");
  ASSERT_TRUE(boxes.ok());
  ASSERT_EQ(boxes.value().size(), 3u);
  EXPECT_EQ(boxes.value()[1].timers[0].name, "tcp.established");
  EXPECT_EQ(boxes.value()[0].name, "openwrt");
  EXPECT_EQ(boxes.value()[2].name, "openwrt-2");
}

TEST(PathSketch, MistakesAreAnswered) {
  const auto empty = parse_boxes("openwrt,,aws-nlb");
  ASSERT_FALSE(empty.ok());
  EXPECT_TRUE(says(to_string(empty.errors()[0]), "empty place"));
  const auto timer = parse_boxes("openwrt:tcp.established,aws-nlb:udp.single=soon");
  ASSERT_EQ(timer.errors().size(), 2u);
  EXPECT_TRUE(says(to_string(timer.errors()[1]), "TIMER=SPAN"));
}

TEST(ScenarioDraft, IsARightScenarioForEveryProduct) {
  PathSketch path;
  path.boxes = parse_boxes("openwrt,aws-nlb:tcp.established=60s").value();
  path.jitter = "2ms";
  path.loss = "1/100";
  for (const Product* product : builtin_products()) {
    const StrategyChoice strategy = choose(*product);
    ScenarioDraft draft{path, strategy, strategy.usual(), 1h, "a \"title\"", "lesson"};
    draft.expects = true;
    draft.least_left = 90s;
    draft.lost_keepalives = 2;
    draft.noticed_within = 30s;
    const Scenario scenario = right(draft.json());
    EXPECT_EQ(scenario.connections[0].strategy, product->strategy->name);
    EXPECT_EQ(scenario.connections[0].transport, product->transport);
    ASSERT_EQ(scenario.expectations.size(), 2u);
    EXPECT_TRUE(scenario.expectations[0].held);
    ASSERT_EQ(scenario.expectations[0].claims.size(), 2u);
    EXPECT_EQ(scenario.expectations[0].claims[1].metric, Metric::LostKeepalives);
    EXPECT_EQ(std::get<std::uint64_t>(*scenario.expectations[0].claims[1].limits.least), 2u);
    ASSERT_EQ(scenario.expectations[1].claims.size(), 1u);
    EXPECT_EQ(scenario.expectations[1].claims[0].metric, Metric::CrashNoticed);
    EXPECT_EQ(scenario.expectations[1].side, Role::Client);
    EXPECT_EQ(scenario.path.size(), 3u);
    EXPECT_EQ(scenario.title, "a \"title\"");
  }
}

TEST(ScenarioDraft, ExpectsTheMarginOfLostKeepalivesWhereThereIsOneElseATenthOfTheTimeout) {
  EXPECT_EQ(expected_margin(std::nullopt, 30s), 0s);
  ClosestCall call;
  call.timeout = 240s;
  const auto left = [&call](Duration span, Duration interval) {
    call.left = span;
    return expected_margin(call, interval);
  };
  EXPECT_EQ(left(180s, 60s), 120s) << "two may be lost, and no more is asked for";
  EXPECT_EQ(left(120s, 60s), 120s);
  EXPECT_EQ(left(120s - 1ns, 60s), 60s);
  EXPECT_EQ(left(60s - 1ns, 180s), 24s);
  EXPECT_EQ(left(24s, 216s), 24s);
  EXPECT_EQ(left(24s - 1ns, 216s), 0s);
}

}  // namespace
}  // namespace stayalive
