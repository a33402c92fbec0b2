// SPDX-License-Identifier: Apache-2.0
#include "run/population_sums.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/population_story.h"

namespace stayalive {
namespace {

// A home router that forgets idle TCP connections after five minutes.
std::string behind_router(const std::string& rest, const std::string& capacity = "65536") {
  return R"({"duration": "1h", "path": [
      {"link": {"delay": "10ms"}},
      {"middlebox": {"name": "router", "profile": "home-router", "capacity": )" +
         capacity +
         R"(, "when_full": "refuse", "timeouts": {"tcp.established": "5m", "udp.single": "30s"}}},
      {"link": {"delay": "20ms"}}], )" +
         rest + "}";
}

std::string sessions(const std::string& interval, const std::string& more = "") {
  return R"("connections": [{"name": "sessions", "count": 40, "spread": "10m", )" + more +
         R"("strategy": {"ssh": {"server_alive_interval": ")" + interval + R"("}}}])";
}

TEST(Members, OfSshLiveWhileTheirKeepalivesComeBeforeTheTimeout) {
  const ScenarioStory story(behind_router(sessions("4m") + R"(, "expect": [
      {"connection": "sessions", "is": "alive", "share": "100%"}])"));
  const PopulationReport& all = population_of(story, "sessions");
  EXPECT_EQ(all.count, 40u);
  EXPECT_EQ(all.started, 40u);
  EXPECT_EQ(count_of(all, Outcome::Alive), 40u);
  EXPECT_EQ(all.fell, 0u);
  EXPECT_EQ(all.deaths, 0u);
  EXPECT_TRUE(all.causes.empty());
  EXPECT_TRUE(story.report().holds());
  // Between 50 and 60 minutes of a request every four.
  EXPECT_GE(story.client("sessions").counters.keepalives, 40u * 12);
  EXPECT_LE(story.client("sessions").counters.keepalives, 40u * 14);
}

TEST(Members, OfSshDieBetweenKeepalivesThatComeAfterTheTimeout) {
  const ScenarioStory story(behind_router(sessions("6m") + R"(, "expect": [
      {"connection": "sessions", "is": "alive", "share": "1%"}])"));
  const PopulationReport& all = population_of(story, "sessions");
  EXPECT_EQ(count_of(all, Outcome::Alive), 0u);
  EXPECT_EQ(all.fell, 40u);
  EXPECT_EQ(all.ever_forgotten, 40u);
  // Some are reset when they come back by another port; the flow that is deleted then is a second
  // death of a server that goes on unaware.
  ASSERT_FALSE(all.causes.empty());
  EXPECT_EQ(all.causes[0].blame.who, "router");
  EXPECT_EQ(all.causes[0].blame.timer, "tcp.established");
  EXPECT_EQ(all.causes[0].blame.timeout, 5min);
  EXPECT_EQ(all.causes[0].members, 40u);
  EXPECT_GE(all.causes[0].deaths, 40u);
  ASSERT_TRUE(all.first_deaths);
  EXPECT_GE((*all.first_deaths)[0], at(5min));
  EXPECT_LE((*all.first_deaths)[4], at(15min + 5s));
  EXPECT_FALSE(story.report().holds());
}

TEST(Members, BeginAsThoseOfTheCompactFormDo) {
  // Where nobody keeps anything alive, the time of death tells the time of birth.
  const std::string tail = R"(, "transport": "udp", "spread": "7m",
                               "traffic": [{"at": "0s"}]})";
  const std::string compact = R"("connections": [{"name": "all", "count": 30)" + tail + "]";
  const std::string whole = R"("connections": [{"name": "all", "count": 30, "strategy":
      {"keepalive": {"interval": "3000s", "give_up_after": "2000s"}})" +
                            tail + "]";
  const ScenarioStory first(behind_router(compact));
  const ScenarioStory second(behind_router(whole));
  ASSERT_TRUE(population_of(first, "all").first_deaths);
  EXPECT_EQ(population_of(first, "all").first_deaths, population_of(second, "all").first_deaths);
}

TEST(Members, LeaveWithoutAWord) {
  const ScenarioStory story(behind_router(sessions("6m", R"("stay": "4m", )")));
  const PopulationReport& all = population_of(story, "sessions");
  EXPECT_EQ(all.started, 40u);
  EXPECT_EQ(all.left, 40u);
  EXPECT_EQ(all.fell, 0u) << "what a box forgets of those that have gone is no death";
  EXPECT_EQ(all.deaths, 0u);
  EXPECT_EQ(story.client("sessions").counters.keepalives, 0u);
  EXPECT_EQ(story.connection("sessions").outcome, Outcome::Closed);
}

TEST(Members, ThatLeaveTooLateHaveDiedBefore) {
  const ScenarioStory story(behind_router(sessions("20m", R"("stay": "7m", )")));
  const PopulationReport& all = population_of(story, "sessions");
  EXPECT_EQ(all.left, 40u);
  EXPECT_EQ(all.ever_forgotten, 40u);
  // The last packet of the login refreshes the flow within the first seconds.
  EXPECT_GT(all.blackhole_most, 110s);
  EXPECT_LT(all.blackhole_most, 2min);
}

TEST(Members, AreKeptOutByAFullTable) {
  const ScenarioStory story(behind_router(sessions("1m"), "25"));
  const PopulationReport& all = population_of(story, "sessions");
  EXPECT_EQ(count_of(all, Outcome::Alive), 25u);
  EXPECT_EQ(count_of(all, Outcome::Refused), 15u);
  EXPECT_EQ(all.fell, 15u);
  EXPECT_EQ(all.ever_forgotten, 0u);
  ASSERT_EQ(all.causes.size(), 1u);
  EXPECT_EQ(all.causes[0].blame.reason, "table-full");
  EXPECT_EQ(all.causes[0].members, 15u);
}

TEST(Members, CountTheirTrafficFromTheirOwnBeginning) {
  const ScenarioStory story(behind_router(R"("connections": [
      {"name": "all", "count": 20, "spread": "10m", "start": "1m", "stay": "30m",
       "strategy": {"ssh": {"server_alive_interval": "1m"}},
       "traffic": [{"at": "2m", "every": "10m", "answer": {"after": "1s", "bytes": 500}}]}])"));
  const PopulationReport& all = population_of(story, "all");
  // One, eleven and twenty-one minutes after its beginning.
  EXPECT_EQ(all.messages[0].sent, 60u);
  EXPECT_EQ(all.messages[0].delivered, 60u);
  EXPECT_EQ(all.messages[1].delivered, 60u) << "each is answered";
  EXPECT_EQ(all.messages[1].late, 0u);
}

TEST(Members, MayBeOnTheExternalSide) {
  const ScenarioStory story(R"({"duration": "1h", "path": [
      {"middlebox": {"name": "guard", "profile": "linux-conntrack", "translate": false}}],
    "hosts": {"client": {"side": "external"}, "server": {"side": "internal"}},
    "connections": [{"name": "callers", "count": 10, "spread": "1m", "transport": "udp",
                     "strategy": {"keepalive": {"interval": "20s"}}}]})");
  EXPECT_EQ(count_of(population_of(story, "callers"), Outcome::Alive), 10u);
}

TEST(Members, StandBesideCompactOnesAndSingleConnections) {
  const ScenarioStory story(behind_router(R"("connections": [
      {"name": "pings", "count": 20, "transport": "udp",
       "strategy": {"keepalive": {"interval": "20s"}}},
      {"name": "whole", "count": 15, "strategy": {"ssh": {"server_alive_interval": "6m"}}},
      {"name": "alone", "strategy": {"ssh": {"server_alive_interval": "4m"}}},
      {"name": "slow", "count": 20, "transport": "udp",
       "strategy": {"keepalive": {"interval": "50s"}}}])"));
  ASSERT_EQ(story.report().connections.size(), 4u);
  EXPECT_EQ(population_of(story, "pings").fell, 0u);
  EXPECT_EQ(population_of(story, "whole").fell, 15u);
  EXPECT_EQ(story.connection("alone").outcome, Outcome::Alive);
  EXPECT_EQ(population_of(story, "slow").fell, 20u);
}

}  // namespace
}  // namespace stayalive
