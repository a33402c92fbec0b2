// SPDX-License-Identifier: Apache-2.0
#include "report/advice/advice.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "report/advice/notice.h"
#include "scenario/products/products.h"
#include "study/advise/advise.h"
#include "study/advise/scenario_draft.h"
#include "support/document_text.h"
#include "support/golden.h"
#include "support/scenario_text.h"

namespace stayalive {
namespace {

Advice advice_on(const std::string& strategy, const std::string& through) {
  ScenarioDraft draft;
  draft.strategy = parse_strategy(strategy).value();
  draft.path.boxes = parse_boxes(through).value();
  draft.interval = draft.strategy.usual();
  const Subject subject{
      ScenarioDocument::parse(draft.json(), "draft").value(), {}, 0, draft.strategy, {}};
  AdviseOptions options;
  options.rules.survive = 2h;
  Advice advice = advise(subject, options);
  advice.where = draft.path.words();
  return advice;
}

std::string advice_text(const Advice& advice) { return printed(describe_advice(advice)); }

nlohmann::json advice_json(const Advice& advice) {
  return nlohmann::json::parse(printed(describe_advice(advice), "json"));
}

TEST(AdviceDocument, TellsWhatToUseWhatBoundsItAndWhatItCosts) {
  expect_golden("tests/golden/advice/openssh.txt", advice_text(advice_on("openssh", "aws-nlb")));
}

TEST(AdviceDocument, NamesBothReasonsOfAnEmptyWindow) {
  const std::string text = advice_text(advice_on("grpc", "aws-nlb:tcp.established=60s"));
  expect_golden("tests/golden/advice/empty.txt", text);
  EXPECT_TRUE(says(text, "too many pings"));
  EXPECT_TRUE(says(text, "aws-nlb forgets it"));
}

TEST(AdviceDocument, SaysWhereNothingForgets) {
  const std::string text =
      advice_text(advice_on("wireguard", "linux-conntrack:udp.single=1d:udp.stream=1d"));
  EXPECT_TRUE(says(text, "No box on the way forgets within 2h"));
  EXPECT_TRUE(says(text, "Use 25s"));
  EXPECT_TRUE(says(text, "PersistentKeepalive = 25"));
}

TEST(AdviceTree, SaysTheSameAsTheText) {
  const Advice advice = advice_on("openssh", "aws-nlb");
  const nlohmann::json json = advice_json(advice);
  EXPECT_EQ(json["recommended"]["interval"], 300.0);
  EXPECT_EQ(json["recommended"]["strategy"], "openssh=5m");
  EXPECT_EQ(json["longest"]["answer"], "holds");
  EXPECT_EQ(json["longest"]["beyond"]["who"], "aws-nlb");
  EXPECT_EQ(json["longest"]["beyond"]["timeout"], 350.0);
  EXPECT_EQ(json["longest"]["beyond"]["status"], "primary");
  EXPECT_TRUE(json["shortest"]["beyond"].is_null());
  EXPECT_TRUE(json["target"].is_null());
}

TEST(AdviceTree, HasNullsWhereNothingHolds) {
  const nlohmann::json json = advice_json(advice_on("grpc", "aws-nlb:tcp.established=60s"));
  EXPECT_TRUE(json["recommended"].is_null());
  EXPECT_TRUE(json["longest"].is_null());
  ASSERT_EQ(json["contradiction"].size(), 2u);
  EXPECT_EQ(json["contradiction"][1]["status"], "given");
}

TEST(Notice, WhatWasNotNoticedWasNotNoticedForAsLongAsWasTried) {
  Notice notice;
  notice.worst = 65s;
  EXPECT_EQ(notice_text(notice), "1m5s");
  notice.always = false;
  EXPECT_EQ(notice_text(notice), "not within 4h");
}

TEST(Notice, ABlackholeEndsByItselfWhenBothNoticeOrNotWhileItIsTried) {
  Detection detection;
  EXPECT_EQ(blackhole_text(detection), "-");
  detection.has_box = true;
  detection.forgotten[0].blackhole = 30s;
  EXPECT_EQ(blackhole_text(detection), "30s");
  detection.forgotten[0].recovers = detection.forgotten[1].recovers = true;
  EXPECT_EQ(blackhole_text(detection), "30s, then works");
  detection.forgotten[0].recovers = detection.forgotten[0].always = false;
  EXPECT_EQ(blackhole_text(detection), "4h or longer");
  detection.forgotten[0].relapses = true;
  EXPECT_EQ(blackhole_text(detection), "again and again");
  detection.known = false;
  EXPECT_EQ(blackhole_text(detection), "-");
  EXPECT_EQ(crash_text(detection), "-");
}

TEST(Notice, ABoundIsRoundedUp) {
  Notice notice;
  notice.worst = 60s + 1ns;
  EXPECT_EQ(notice_text(notice), "1m0.1s");
  notice.worst = 2h + 1ns;
  EXPECT_EQ(notice_text(notice), "2h1s");
}

}  // namespace
}  // namespace stayalive
