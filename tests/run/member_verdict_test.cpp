// SPDX-License-Identifier: Apache-2.0
#include "run/member_verdict.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/random.h"
#include "support/population_story.h"
#include "support/random_datagrams.h"

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

// --- both forms ---

void expect_same(const Scenario& scenario, const std::string& what) {
  SCOPED_TRACE(what);
  ASSERT_TRUE(scenario.connections[0].population.compact);
  Scenario whole = scenario;
  whole.connections[0].population.compact = false;
  const ConnectionReport compact = run(scenario).connections[0];
  const ConnectionReport members = run(whole).connections[0];
  const PopulationReport& a = *compact.population;
  const PopulationReport& b = *members.population;
  EXPECT_EQ(a.count, b.count);
  EXPECT_EQ(a.started, b.started);
  EXPECT_EQ(a.left, b.left);
  EXPECT_EQ(a.outcomes, b.outcomes);
  EXPECT_EQ(a.fell, b.fell);
  EXPECT_EQ(a.ever_forgotten, b.ever_forgotten);
  EXPECT_EQ(a.deaths, b.deaths);
  EXPECT_EQ(a.first_deaths, b.first_deaths);
  EXPECT_EQ(a.blackhole_most, b.blackhole_most);
  EXPECT_EQ(a.blackhole_mean, b.blackhole_mean);
  ASSERT_EQ(a.causes.size(), b.causes.size());
  for (std::size_t i = 0; i < a.causes.size(); ++i) {
    EXPECT_EQ(a.causes[i].blame.who, b.causes[i].blame.who);
    EXPECT_EQ(a.causes[i].blame.event, b.causes[i].blame.event);
    EXPECT_EQ(a.causes[i].blame.timer, b.causes[i].blame.timer);
    EXPECT_EQ(a.causes[i].blame.timeout, b.causes[i].blame.timeout);
    EXPECT_EQ(a.causes[i].members, b.causes[i].members);
    EXPECT_EQ(a.causes[i].deaths, b.causes[i].deaths);
  }
  EXPECT_EQ(compact.outcome, members.outcome);
  for (const Role role : {Role::Client, Role::Server}) {
    const SideCounters& found = members.sides[index(role)].counters;
    const SideCounters& wanted = compact.sides[index(role)].counters;
    EXPECT_EQ(wanted.packets_sent, found.packets_sent) << name(role);
    EXPECT_EQ(wanted.bytes_sent, found.bytes_sent) << name(role);
    EXPECT_EQ(wanted.packets_received, found.packets_received) << name(role);
    EXPECT_EQ(wanted.bytes_received, found.bytes_received) << name(role);
    EXPECT_EQ(wanted.keepalives, found.keepalives) << name(role);
    EXPECT_EQ(wanted.keepalive_answers, found.keepalive_answers) << name(role);
    EXPECT_EQ(a.messages[index(role)].sent, b.messages[index(role)].sent) << name(role);
    EXPECT_EQ(a.messages[index(role)].delivered, b.messages[index(role)].delivered) << name(role);
  }
}

TEST(MembersProperty, FareInBothFormsTheSame) {
  Random random(11, "members", "test");
  RandomDatagrams parts(random);
  for (int i = 0; i < 120; ++i) {
    const std::string box = parts.box(parts.profile());
    const std::string event = parts.disturbance();
    const std::string strategy = parts.strategy();
    const std::string traffic = parts.traffic();
    // All have been heard of before the cut: what a server would write to somebody unknown is kept
    // by a program, and not by a compact population.
    const std::string stay = pick(random, {"", R"("stay": "331s", )", R"("stay": "9m37s", )"});
    const std::string text = fmt::format(
        R"({{"duration": "20m{}s", "path": [{{"link": {{"delay": "{}ms"}}}}, {}, {{"link":
            {{"name": "far", "delay": "1ms"}}}}], "events": [{}], "connections": [
            {{"name": "all", "count": 12, "spread": "{}s", {}"transport": "udp",
              "strategy": {}{}}}]}})",
        random.below(60), random.below(40), box, event, random.below(200), stay, strategy, traffic);
    const Result<Scenario> scenario = parse_scenario(text, "story");
    ASSERT_TRUE(scenario.ok()) << to_string(scenario.errors().front());
    expect_same(scenario.value(), fmt::format("round {}\n{}", i, text));
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace stayalive
