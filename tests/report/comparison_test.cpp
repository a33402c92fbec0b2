// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "report/comparison_json.h"
#include "report/comparison_text.h"
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

TEST(ComparisonText, IsATable) {
  std::ostringstream out;
  write_comparison_text(out, comparison(), Style(false));
  expect_golden("tests/golden/advice/comparison.txt", out.str());
}

TEST(ComparisonJson, SaysTheSameAsTheText) {
  std::ostringstream out;
  write_comparison_json(out, comparison());
  const nlohmann::json json = nlohmann::json::parse(out.str());
  EXPECT_EQ(json["rows"][0]["holds"]["held"], 1);
  EXPECT_TRUE(json["rows"][0]["died_after"].is_null());
  EXPECT_EQ(json["rows"][1]["holds"]["held"], 0);
  EXPECT_TRUE(json["rows"][1]["notices"]["crash"]["client"].is_null());
  EXPECT_EQ(json["rows"][1]["blame"], "lb: tcp.established 5m50s");
}

}  // namespace
}  // namespace stayalive
