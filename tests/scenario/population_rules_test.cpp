// SPDX-License-Identifier: Apache-2.0
#include "scenario/population_rules.h"

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

TEST(Populations, SayWhatTheyCannotBe) {
  EXPECT_TRUE(says(in_population(R"("strategy": "openvpn", "transport": "udp")"),
                   "a population over udp with the strategy openvpn is not modelled"));
  EXPECT_TRUE(
      says(in_population(R"("transport": "udp", "strategy": {"keepalive": {"retries": 3}})"),
           "a population whose keepalive has retries is not modelled"));
  EXPECT_TRUE(says(
      in_population(R"("transport": "udp", "strategy": {"keepalive": {"give_up_after": "3m"}})"),
      "a population whose keepalive has give_up_after is not modelled"));
  EXPECT_TRUE(says(in_population(R"("transport": "udp", "traffic": [{"at": "1m", "answer": {}}])"),
                   "traffic of a population is without answer, give_up and until"));
  EXPECT_TRUE(says(in_population(R"("transport": "udp", "client_port": 5000)"),
                   "each of many has a host of its own"));
  EXPECT_TRUE(says(in_population(R"("transport": "udp")",
                                 R"("hosts": {"client": {"side": "external"},
                                              "server": {"side": "internal"}}, )"),
                   "the members of a population are on the internal side of the path"));
}

TEST(Populations, SayWhatTheyCannotBeOverTcp) {
  EXPECT_EQ(in_population(R"("transport": "tcp")"), "none");
  EXPECT_EQ(in_population(R"("strategy": {"tcp_keepalive": {"idle": "30s"}})"), "none");
  EXPECT_TRUE(says(in_population(R"("strategy": "ssh")"),
                   "a population over tcp with the strategy ssh is not modelled"));
  EXPECT_TRUE(says(in_population(R"("transport": "tcp", "strategy": "keepalive")"),
                   "a population over tcp with the strategy keepalive is not modelled"));
  EXPECT_TRUE(says(in_population(R"("transport": "tcp", "close_when_idle": {"server": "1m"})"),
                   "a population whose ends close when idle is not modelled"));
  EXPECT_TRUE(says(in_population(R"("transport": "tcp", "finishes_after_eof": {"client": true})"),
                   "a population that finishes after the end of file is not modelled"));
  EXPECT_TRUE(says(in_population(R"("transport": "tcp")", R"("path": [{"proxy": {}}], )"),
                   "a population through a proxy is not modelled"));
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
