// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "report/advice_json.h"
#include "report/advice_text.h"
#include "report/notice_text.h"
#include "study/advise/advise.h"
#include "study/advise/scenario_draft.h"
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

std::string text_of(const Advice& advice) {
  std::ostringstream out;
  write_advice_text(out, advice, Style(false));
  return out.str();
}

nlohmann::json json_of(const Advice& advice) {
  std::ostringstream out;
  write_advice_json(out, advice);
  return nlohmann::json::parse(out.str());
}

TEST(AdviceText, TellsWhatToUseWhatBoundsItAndWhatItCosts) {
  expect_golden("tests/golden/advice/openssh.txt", text_of(advice_on("openssh", "aws-nlb")));
}

TEST(AdviceText, NamesBothReasonsOfAnEmptyWindow) {
  const std::string text = text_of(advice_on("grpc", "aws-nlb:tcp.established=60s"));
  expect_golden("tests/golden/advice/empty.txt", text);
  EXPECT_TRUE(says(text, "too many pings"));
  EXPECT_TRUE(says(text, "aws-nlb forgets it"));
}

TEST(AdviceText, SaysWhereNothingForgets) {
  const std::string text =
      text_of(advice_on("wireguard", "linux-conntrack:udp.single=1d:udp.stream=1d"));
  EXPECT_TRUE(says(text, "No box on the way forgets within 2h"));
  EXPECT_TRUE(says(text, "Use 25s"));
  EXPECT_TRUE(says(text, "PersistentKeepalive = 25"));
}

TEST(AdviceJson, SaysTheSameAsTheText) {
  const Advice advice = advice_on("openssh", "aws-nlb");
  const nlohmann::json json = json_of(advice);
  EXPECT_EQ(json["recommended"]["interval"], 300.0);
  EXPECT_EQ(json["recommended"]["strategy"], "openssh=5m");
  EXPECT_EQ(json["longest"]["answer"], "holds");
  EXPECT_EQ(json["longest"]["beyond"]["who"], "aws-nlb");
  EXPECT_EQ(json["longest"]["beyond"]["timeout"], 350.0);
  EXPECT_EQ(json["longest"]["beyond"]["status"], "primary");
  EXPECT_TRUE(json["shortest"]["beyond"].is_null());
  EXPECT_TRUE(json["target"].is_null());
}

TEST(AdviceJson, HasNullsWhereNothingHolds) {
  const nlohmann::json json = json_of(advice_on("grpc", "aws-nlb:tcp.established=60s"));
  EXPECT_TRUE(json["recommended"].is_null());
  EXPECT_TRUE(json["longest"].is_null());
  ASSERT_EQ(json["contradiction"].size(), 2u);
  EXPECT_EQ(json["contradiction"][1]["status"], "given");
}

TEST(NoticeText, NeverIsAWord) {
  Notice notice;
  notice.worst = 65s;
  EXPECT_EQ(notice_text(notice), "1m5s");
  notice.always = false;
  EXPECT_EQ(notice_text(notice), "never");
}

TEST(NoticeText, ABlackholeEndsByItselfOrWhenBothNoticeOrNever) {
  Detection detection;
  EXPECT_EQ(blackhole_text(detection), "-");
  detection.has_box = true;
  detection.forgotten[0].blackhole = 30s;
  EXPECT_EQ(blackhole_text(detection), "30s");
  detection.forgotten[0].recovers = detection.forgotten[1].recovers = true;
  EXPECT_EQ(blackhole_text(detection), "30s, then works");
  detection.forgotten[0].recovers = detection.forgotten[0].always = false;
  EXPECT_EQ(blackhole_text(detection), "for ever");
}

}  // namespace
}  // namespace stayalive
