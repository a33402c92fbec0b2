// SPDX-License-Identifier: Apache-2.0
#include "study/advise/compare.h"

#include <gtest/gtest.h>

#include "support/scenario_text.h"

namespace stayalive {
namespace {

Scenario two(const std::string& loss) {
  return right(R"({"duration": "1h", "path": [{"link": {"delay": "5ms", "loss": ")" + loss +
               R"("}}, {"middlebox": {"name": "lb", "profile": "aws-nlb"}}],
    "connections": [{"name": "probed",
       "strategy": {"tcp_keepalive": {"idle": "5m", "interval": "20s"}}},
                    {"name": "silent"}]})");
}

TEST(Compare, TellsWhatHoldsAndWhoNotices) {
  const Scenario scenario = two("0%");
  const Comparison comparison =
      compare({{"probed", scenario, 0, 5min}, {"silent", scenario, 1, 0s}}, 20, {});
  ASSERT_EQ(comparison.rows.size(), 2u);
  const ComparisonRow& probed = comparison.rows[0];
  const ComparisonRow& silent = comparison.rows[1];
  // Without chance one run is enough.
  EXPECT_EQ(probed.tally.runs, 1u);
  EXPECT_EQ(probed.tally.held, 1u);
  EXPECT_EQ(silent.tally.held, 0u);
  EXPECT_EQ(silent.tally.blame.who, "lb");
  // 300 s, and nine probes 20 s apart.
  EXPECT_GT(probed.detection.crash[index(Role::Client)].worst, 470s);
  // At worst the server crashes right after it has answered, half a round trip before.
  EXPECT_LE(probed.detection.crash[index(Role::Client)].worst, 480s + 5ms);
  EXPECT_FALSE(silent.detection.crash[index(Role::Client)].always);
  // A day of 288 probes of each end and their answers; of what dies nothing is told.
  EXPECT_EQ(probed.tally.cost.per_day(probed.tally.cost.packets), 4 * 288u);
  EXPECT_EQ(silent.tally.cost.time, Duration::zero());
}

TEST(Compare, RunsAsOftenAsAskedWhereChanceIsInPlay) {
  const Scenario scenario = two("5%");
  const Comparison comparison = compare({{"probed", scenario, 0, 5min}}, 7, {});
  EXPECT_TRUE(comparison.rows[0].chance);
  EXPECT_EQ(comparison.rows[0].tally.runs, 7u);
}

}  // namespace
}  // namespace stayalive
