// SPDX-License-Identifier: Apache-2.0
// What a pool does again and again is passed over, with the same result.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "run/beside.h"
#include "support/scenario_story.h"

namespace stayalive {
namespace {

// `more`: keys of the connection behind its traffic.
std::string half_a_day(const std::string& pool, const std::string& traffic,
                       const std::string& more = {}, const char* duration = "12h") {
  return fmt::format(
      R"({{"duration": "{}", "path": [{{"link": {{"delay": "10ms"}}}},
            {{"middlebox": {{"name": "box", "profile": "aws-nlb"}}}},
            {{"link": {{"delay": "10ms"}}}}],
          "connections": [{{"name": "c", "pool": {}, "traffic": [{}]{}}}]}})",
      duration, pool, traffic, more);
}

constexpr const char* kThreeAtOnce =
    R"({"at": "10s", "every": "40s", "answer": {"after": "3s"}},
       {"at": "11s", "every": "40s", "answer": {"after": "3s"}},
       {"at": "12s", "every": "40s", "answer": {"after": "3s"}})";

TEST(SteadyPool, RequestsOverSeveralConnections) {
  for (const char* order : {"last-used", "longest-idle"}) {
    const Beside day = expect_same(
        half_a_day(fmt::format(R"({{"size": 4, "order": "{}"}})", order), kThreeAtOnce));
    EXPECT_GT(day.skipped, day.events / 2) << order;
  }
}

TEST(SteadyPool, RequestsThatWaitForAConnection) {
  const Beside day = expect_same(half_a_day(R"({"size": 2, "wait_limit": "5s"})", kThreeAtOnce));
  EXPECT_GT(day.skipped, day.events / 2);
}

TEST(SteadyPool, APoolThatLooksAfterItsConnections) {
  const Beside day = expect_same(
      half_a_day(R"({"size": 6, "idle_limit": "2m", "look_every": "20s"})", kThreeAtOnce));
  EXPECT_GT(day.skipped, day.events / 2);
}

TEST(SteadyPool, APoolThatAsksBeforeItUses) {
  const Beside day = expect_same(
      half_a_day(R"({"size": 4, "min_idle": 4, "check_before_use": "10s"})", kThreeAtOnce));
  EXPECT_GT(day.skipped, day.events / 2);
}

TEST(SteadyPool, APoolThatAsksUnusedConnections) {
  const Beside day = expect_same(half_a_day(R"({"size": 4, "min_idle": 4, "check_every": "60s"})",
                                            R"({"every": "5h", "answer": {}})"));
  EXPECT_GT(day.skipped, day.events / 2);
}

// Sockets that come and go end what could be passed over.
TEST(SteadyPool, ConnectionsThatAreReplaced) {
  expect_same(half_a_day(R"({"size": 4, "min_idle": 1, "idle_limit": "30s", "lifetime": "10m"})",
                         kThreeAtOnce, "", "2h"));
  expect_same(half_a_day(R"({"size": 3, "notices_close": false})",
                         R"({"at": "10s", "every": "9m", "answer": {}, "repeatable": true})",
                         R"(, "reconnect": {"repeat": "repeatable"})"));
  expect_same(
      half_a_day(R"("hikaricp")", R"({"every": "7m", "answer": {"after": "2s"}})", "", "4h"));
  expect_same(half_a_day(R"("go-net-http")", kThreeAtOnce, R"(, "strategy": "http")", "2h"));
}

TEST(SteadyPool, TheReportIsTheSame) {
  const std::string text = half_a_day(R"({"size": 2, "check_before_use": "10s"})", kThreeAtOnce);
  const Result<Scenario> scenario = parse_scenario(text, "steady");
  ASSERT_TRUE(scenario.ok());
  RunOptions whole;
  whole.skip = false;
  const SessionReport a = *run(scenario.value()).connections[0].session;
  const SessionReport b = *run(scenario.value(), whole).connections[0].session;
  EXPECT_EQ(a.sums.carried, 3240u);
  EXPECT_EQ(a.sums.carried, b.sums.carried);
  EXPECT_EQ(a.sums.checks, b.sums.checks);
  EXPECT_EQ(a.figures.waited, b.figures.waited);
  EXPECT_EQ(a.figures.longest_wait, b.figures.longest_wait);
  EXPECT_EQ(a.figures.most_open, b.figures.most_open);
}

}  // namespace
}  // namespace stayalive
