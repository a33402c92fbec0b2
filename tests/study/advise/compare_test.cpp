// SPDX-License-Identifier: Apache-2.0
#include "study/advise/compare.h"

#include <gtest/gtest.h>

#include <stop_token>

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

// Whoever stops it keeps what has been run, and is told that the rest is not known.
TEST(Compare, ShowsWhatItHasWhenItIsStopped) {
  const Scenario scenario = two("5%");
  const std::vector<Contestant> contestants{{"probed", scenario, 0, 5min},
                                            {"silent", scenario, 1, 0s}};
  std::stop_source stop;
  JobOptions jobs;
  jobs.threads = 1;
  jobs.stop = stop.get_token();
  jobs.finished = [&stop](std::size_t, std::size_t done) {
    if (done == 3) stop.request_stop();
  };
  const Comparison comparison = compare(contestants, 20, jobs);
  EXPECT_TRUE(comparison.interrupted);
  ASSERT_EQ(comparison.rows.size(), 1u);
  EXPECT_EQ(comparison.rows[0].tally.runs, 3u);
  EXPECT_FALSE(comparison.rows[0].whole);
  EXPECT_FALSE(comparison.rows[0].detection.known);
  EXPECT_EQ(comparison.rows[0].tally.cost.time, Duration::zero());
}

TEST(Compare, WhatIsLeftHalfWayIsNotShown) {
  const Scenario scenario = two("5%");
  std::stop_source leave;
  JobOptions jobs;
  jobs.leave = leave.get_token();
  jobs.finished = [&leave](std::size_t, std::size_t done) {
    if (done == 20) leave.request_stop();
  };
  const Comparison comparison = compare({{"silent", scenario, 1, 0s}}, 20, jobs);
  EXPECT_TRUE(comparison.interrupted);
  ASSERT_EQ(comparison.rows.size(), 1u);
  EXPECT_EQ(comparison.rows[0].tally.runs, 20u);
  EXPECT_EQ(comparison.rows[0].tally.held, 0u);
  EXPECT_FALSE(comparison.rows[0].whole);
  EXPECT_FALSE(comparison.rows[0].death) << "it was looked for in runs that ended early";
}

TEST(Compare, IsWholeWhereNobodyStopsIt) {
  const Scenario scenario = two("0%");
  const Comparison comparison = compare({{"silent", scenario, 1, 0s}}, 20, {});
  EXPECT_FALSE(comparison.interrupted);
  EXPECT_TRUE(comparison.rows[0].whole);
  EXPECT_TRUE(comparison.rows[0].death);
}

}  // namespace
}  // namespace stayalive
