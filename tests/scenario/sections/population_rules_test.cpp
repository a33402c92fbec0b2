// SPDX-License-Identifier: Apache-2.0
#include "scenario/sections/population_rules.h"

#include <gtest/gtest.h>

#include <string>

#include "scenario/parse.h"
#include "support/scenario_text.h"

namespace stayalive {
namespace {

std::string in_population(const std::string& fields, const std::string& more = "") {
  return mistakes("{" + more + R"("connections": [{"name": "all", "count": 10, )" + fields + "}]}");
}

TEST(Populations, AreReadWithTheirCountSpreadAndStay) {
  const Result<Scenario> scenario = parse_scenario(
      R"({"connections": [{"count": 8000000, "spread": "5m", "stay": "1h", "transport": "udp",
          "strategy": {"keepalive": {"interval": "30s"}}}]})",
      "s.json");
  ASSERT_TRUE(scenario.ok());
  const PopulationSpec& population = scenario.value().connections[0].population;
  EXPECT_EQ(population.count, 8'000'000u);
  EXPECT_EQ(population.spread, 5min);
  EXPECT_EQ(population.stay, 1h);
}

TEST(Populations, HaveALimitThatHoldsForAllTogether) {
  EXPECT_TRUE(says(mistakes(R"({"connections": [{"count": 8000001, "transport": "udp"}]})"),
                   "found 8000001; allowed: a whole number from 1 to 8000000"));
  EXPECT_TRUE(says(mistakes(R"({"connections": [{"count": 0, "transport": "udp"}]})"), "found 0"));
  EXPECT_TRUE(says(mistakes(R"({"connections": [{"count": 8000000, "transport": "udp"},
                                               {"count": 1, "transport": "udp"}]})"),
                   "all populations together would have 8000001 members"));
}

bool compact(const std::string& fields, const std::string& more = "") {
  const Result<Scenario> scenario = parse_scenario(
      "{" + more + R"("connections": [{"name": "all", "count": 10, )" + fields + "}]}", "s.json");
  EXPECT_TRUE(scenario.ok()) << to_string(scenario.errors().front());
  return scenario.ok() && scenario.value().connections[0].population.compact;
}

TEST(Populations, AreCompactWhereTheirMembersAreSimple) {
  EXPECT_TRUE(compact(R"("transport": "udp")"));
  EXPECT_TRUE(compact(R"("transport": "udp", "strategy": {"keepalive": {"interval": "30s"}})"));
  EXPECT_TRUE(compact(R"("transport": "udp", "traffic": [{"every": "1m"}])"));
  EXPECT_TRUE(compact(R"("transport": "tcp")"));
  EXPECT_TRUE(compact(R"("strategy": {"tcp_keepalive": {"idle": "30s"}})"));
  EXPECT_TRUE(compact(R"("strategy": "stun")"));
  EXPECT_FALSE(compact(R"("strategy": {"stun": {"message_class": "request"}})"));
  EXPECT_FALSE(compact(R"("strategy": "ssh")"));
  EXPECT_FALSE(compact(R"("transport": "tcp", "strategy": "keepalive")"));
  EXPECT_FALSE(compact(R"("transport": "tcp", "close_when_idle": {"server": "1m"})"));
  EXPECT_FALSE(compact(R"("transport": "tcp", "finishes_after_eof": {"client": true})"));
  EXPECT_FALSE(compact(R"("transport": "tcp")", R"("path": [{"proxy": {}}], )"));
  EXPECT_FALSE(compact(R"("strategy": "openvpn", "transport": "udp")"));
  EXPECT_FALSE(compact(R"("transport": "udp", "strategy": {"keepalive": {"retries": 3}})"));
  EXPECT_FALSE(
      compact(R"("transport": "udp", "strategy": {"keepalive": {"give_up_after": "3m"}})"));
  EXPECT_FALSE(compact(R"("transport": "udp", "traffic": [{"at": "1m", "answer": {}}])"));
  EXPECT_FALSE(compact(R"("transport": "udp")", R"("hosts": {"client": {"side": "external"},
                                                   "server": {"side": "internal"}}, )"));
}

TEST(Populations, AreFewerWhereTheirMembersAreWhole) {
  const auto sessions = [](const std::string& first, const std::string& second) {
    return mistakes(R"({"connections": [{"count": )" + first +
                    R"(, "strategy": "ssh"}, {"count": )" + second +
                    R"(, "strategy": "openvpn"}]})");
  };
  EXPECT_EQ(sessions("19999", "1"), "none");
  EXPECT_TRUE(
      says(sessions("19999", "2"), "there would be 20001 members with programs of their own"));
  EXPECT_TRUE(says(sessions("19999", "2"), "here because the strategy is openvpn"));
  EXPECT_TRUE(says(sessions("19999", "2"), "at most 20000 such members in all; more only"));
  EXPECT_TRUE(says(mistakes(R"({"connections": [
                      {"count": 20001, "transport": "udp",
                       "strategy": {"keepalive": {"retries": 3}}},
                      {"count": 20001, "transport": "udp"}]})"),
                   "here because the keepalive has retries"));
}

TEST(Populations, SayWhatTheyCannotBe) {
  EXPECT_TRUE(says(in_population(R"("transport": "udp", "client_port": 5000)"),
                   "each of many has a host of its own"));
}

TEST(Populations, NeedACountForASpreadOrAStay) {
  EXPECT_TRUE(says(mistakes(R"({"connections": [{"spread": "5m"}]})"),
                   "this connection stands for itself alone"));
  EXPECT_TRUE(says(mistakes(R"({"connections": [{"stay": "5m"}]})"),
                   "this connection stands for itself alone"));
}

TEST(Populations, AreOutOfReachOfEventsThatConcernOneConnection) {
  EXPECT_TRUE(
      says(in_population(R"("transport": "udp")", R"("events": [{"kill": "all", "at": "1m"}], )"),
           "the connection \"all\" stands for many"));
}

TEST(Populations, AreExpectedByShareAndAtTheEndOnly) {
  const auto expecting = [](const std::string& fields) {
    return in_population(R"("transport": "udp")",
                         R"("expect": [{"connection": "all", "is": "alive", )" + fields + "}], ");
  };
  EXPECT_EQ(expecting(R"("share": "99%")"), "none");
  EXPECT_TRUE(says(expecting(R"("share": "101%")"), "found \"101%\""));
  EXPECT_TRUE(says(expecting(R"("at": "1m")"), "which are judged together at the end"));
  EXPECT_TRUE(says(mistakes(R"({"connections": [{"name": "one"}], "expect": [
                      {"connection": "one", "is": "alive", "share": "99%"}]})"),
                   "the connection stands for itself alone"));
}

}  // namespace
}  // namespace stayalive
