// SPDX-License-Identifier: Apache-2.0
#include "report/advice/comparison.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "support/document_text.h"
#include "support/golden.h"
#include "support/scenario_text.h"

namespace stayalive {
namespace {

Comparison comparison() {
  const Scenario scenario = right(R"({"duration": "1h",
    "path": [{"middlebox": {"name": "lb", "profile": "aws-nlb"}}],
    "connections": [{"name": "probed",
       "strategy": {"tcp_keepalive": {"idle": "5m", "interval": "20s"}}},
                    {"name": "silent"}]})");
  Comparison made = compare({{"tcp=5m", scenario, 0, 5min}, {"silent", scenario, 1, 0s}}, 1, {});
  made.where = "lb";
  return made;
}

TEST(ComparisonDocument, IsATable) {
  const Comparison made = comparison();
  expect_golden("tests/golden/advice/comparison.txt", printed(describe_comparison(made)));
}

TEST(ComparisonDocument, SaysTheSameAsTheText) {
  const Comparison made = comparison();
  const auto json = nlohmann::json::parse(printed(describe_comparison(made), "json"));
  EXPECT_EQ(json["rows"][0]["holds"]["held"], 1);
  EXPECT_TRUE(json["rows"][0]["died_after"].is_null());
  EXPECT_EQ(json["rows"][1]["holds"]["held"], 0);
  EXPECT_TRUE(json["rows"][1]["notices"]["crash"]["client"].is_null());
  EXPECT_EQ(json["rows"][1]["blame"], "lb: tcp.established 5m50s");
}

}  // namespace
}  // namespace stayalive
