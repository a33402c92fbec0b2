// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/random.h"
#include "support/population_story.h"
#include "support/property_runs.h"
#include "support/random_population.h"

namespace stayalive {
namespace {

void compare_messages(const MessageCounters& compact, const MessageCounters& whole) {
  EXPECT_EQ(compact.sent, whole.sent);
  EXPECT_EQ(compact.delivered, whole.delivered);
  EXPECT_EQ(compact.late, whole.late);
  EXPECT_EQ(compact.lost, whole.lost);
  EXPECT_EQ(compact.unsent, whole.unsent);
}

// All but radio wake-ups, which the compact form does not count.
void compare_counters(const SideCounters& compact, const SideCounters& whole) {
  EXPECT_EQ(compact.packets_sent, whole.packets_sent);
  EXPECT_EQ(compact.bytes_sent, whole.bytes_sent);
  EXPECT_EQ(compact.packets_received, whole.packets_received);
  EXPECT_EQ(compact.bytes_received, whole.bytes_received);
  EXPECT_EQ(compact.keepalives, whole.keepalives);
  EXPECT_EQ(compact.keepalive_answers, whole.keepalive_answers);
  EXPECT_EQ(compact.sent_by_kind, whole.sent_by_kind);
}

void compare_blame(const Blame& compact, const Blame& whole) {
  EXPECT_EQ(compact.kind, whole.kind);
  EXPECT_EQ(compact.who, whole.who);
  EXPECT_EQ(compact.at, whole.at);
  EXPECT_EQ(compact.reason, whole.reason);
  EXPECT_EQ(compact.event, whole.event);
  EXPECT_EQ(compact.timer, whole.timer);
  EXPECT_EQ(compact.setting, whole.setting);
  EXPECT_EQ(compact.timeout, whole.timeout);
  EXPECT_EQ(compact.refreshed_at, whole.refreshed_at);
  EXPECT_EQ(compact.refreshed_from, whole.refreshed_from);
  EXPECT_EQ(compact.refreshed_by, whole.refreshed_by);
}

void compare_population(const PopulationReport& compact, const PopulationReport& whole) {
  EXPECT_EQ(compact.count, whole.count);
  EXPECT_EQ(compact.started, whole.started);
  EXPECT_EQ(compact.left, whole.left);
  EXPECT_EQ(compact.outcomes, whole.outcomes);
  EXPECT_EQ(compact.fell, whole.fell);
  EXPECT_EQ(compact.ever_forgotten, whole.ever_forgotten);
  EXPECT_EQ(compact.deaths, whole.deaths);
  EXPECT_EQ(compact.first_deaths, whole.first_deaths);
  EXPECT_EQ(compact.blackhole_most, whole.blackhole_most);
  EXPECT_EQ(compact.blackhole_mean, whole.blackhole_mean);
  ASSERT_EQ(compact.causes.size(), whole.causes.size());
  for (std::size_t i = 0; i < compact.causes.size(); ++i) {
    compare_blame(compact.causes[i].blame, whole.causes[i].blame);
    EXPECT_EQ(compact.causes[i].members, whole.causes[i].members);
    EXPECT_EQ(compact.causes[i].deaths, whole.causes[i].deaths);
  }
  ASSERT_TRUE(compact.ends);
  ASSERT_TRUE(whole.ends);
  for (const Role role : {Role::Client, Role::Server}) {
    SCOPED_TRACE(name(role));
    const PopulationReport::End& a = (*compact.ends)[index(role)];
    const PopulationReport::End& b = (*whole.ends)[index(role)];
    EXPECT_EQ(a.outcomes, b.outcomes);
    EXPECT_EQ(a.errors, b.errors);
    EXPECT_EQ(a.noticed, b.noticed);
    EXPECT_EQ(a.delays, b.delays);
    compare_messages(compact.messages[index(role)], whole.messages[index(role)]);
  }
}

// Everything that a report says of a population.
void compare_reports(const ConnectionReport& compact, const ConnectionReport& whole) {
  EXPECT_EQ(compact.name, whole.name);
  EXPECT_EQ(compact.strategy, whole.strategy);
  EXPECT_EQ(compact.transport, whole.transport);
  EXPECT_EQ(compact.outcome, whole.outcome);
  compare_blame(compact.blame, whole.blame);
  EXPECT_EQ(compact.closest_call, whole.closest_call);
  ASSERT_TRUE(compact.population);
  ASSERT_TRUE(whole.population);
  compare_population(*compact.population, *whole.population);
  for (const Role role : {Role::Client, Role::Server}) {
    SCOPED_TRACE(name(role));
    const SideReport& a = compact.sides[index(role)];
    const SideReport& b = whole.sides[index(role)];
    EXPECT_EQ(a.host, b.host);
    EXPECT_EQ(a.outcome, b.outcome);
    EXPECT_EQ(a.forgotten_at, b.forgotten_at);
    EXPECT_EQ(a.blackhole, b.blackhole);
    compare_blame(a.blame, b.blame);
    compare_counters(a.counters, b.counters);
    compare_messages(a.messages, b.messages);
  }
}

// Runs the only connection of a scenario in both forms.
void compare_both_forms(const std::string& text) {
  SCOPED_TRACE(text);
  const Result<Scenario> scenario = parse_scenario(text, "story");
  ASSERT_TRUE(scenario.ok()) << to_string(scenario.errors().front());
  ASSERT_TRUE(scenario.value().connections[0].population.compact);
  Scenario whole = scenario.value();
  whole.connections[0].population.compact = false;
  whole.connections[0].client_port = 40000;  // as all compact members have
  compare_reports(run(scenario.value()).connections[0], run(whole).connections[0]);
}

TEST(BothFormsProperty, OfAPopulationSayTheSame) {
  Random random(31, "both forms", "test");
  RandomPopulation scenarios(random);
  const int runs = property_runs(200);
  for (int i = 0; i < runs && !testing::Test::HasFailure(); ++i) {
    SCOPED_TRACE(fmt::format("round {}", i));
    compare_both_forms(scenarios.next());
  }
}

// What is due at the very end of a member's stay or of the run, and just before it.
TEST(BothForms, OfMessagesAtTheEndSayTheSame) {
  for (const char* stay : {"5m", "10m", "1h"}) {
    for (const char* traffic :
         {R"({"at": "5m"})", R"({"every": "1m"})", R"({"from": "server", "at": "5m"})",
          R"({"at": "10m"})", R"({"every": "1m", "until": "10m"})",
          R"({"every": "299999999999ns"})", R"({"at": "0s", "every": "5m"})"}) {
      for (const char* kind :
           {R"("transport": "udp", "strategy": {"keepalive": {"interval": "17s"}})",
            R"("strategy": {"tcp_keepalive": {"idle": "47s"}})"}) {
        compare_both_forms(fmt::format(R"({{"duration": "10m",
            "path": [{{"link": {{"delay": "20ms"}}}}],
            "connections": [{{"name": "p", "count": 3, "stay": "{}", {}, "traffic": [{}]}}]}})",
                                       stay, kind, traffic));
      }
    }
  }
}

TEST(BothForms, OfAnInnerNatThatGivesAnotherPortSayTheSame) {
  // The inner box forgets before each ping and gives another port; the outer one holds a flow for
  // each of them, and may forget the one that the server knows.
  const std::string text = R"({"duration": "2h",
      "path": [{"link": {"delay": "50ms"}},
               {"middlebox": {"name": "nat", "profile": "home-router"}},
               {"link": {"delay": "3ms"}}, {"middlebox": {"name": "lb", "profile": "azure-lb"}},
               {"link": {"delay": "5ms"}}],
      "connections": [{"name": "p", "count": 3, "spread": "60s", "transport": "udp",
                       "strategy": {"keepalive": {"interval": "301s"}}}]})";
  compare_both_forms(text);
  const ScenarioStory story(text);
  const PopulationReport& all = population_of(story, "p");
  EXPECT_EQ(all.deaths, 69u);
  EXPECT_EQ(all.blackhole_most / 1s, 4 * 60 + 30) << "4m31s, rounded";
  ASSERT_EQ(all.causes.size(), 1u);
  EXPECT_EQ(all.causes[0].blame.who, "nat");
  EXPECT_EQ(all.causes[0].members, 3u);
}

TEST(BothForms, OfAHandshakeThatABoxHasResetSayTheSame) {
  // The round trip is longer than the wait for it, and the outer box has room for two: it resets
  // the server, which answers the next SYN with another sequence number.  What the client says to
  // the first answer is for nobody then.
  for (const int start : {0, 1, 2, 3}) {
    compare_both_forms(fmt::format(R"({{"duration": "20m",
        "path": [{{"link": {{"delay": "29ms"}}}},
          {{"middlebox": {{"name": "inner", "profile": "openwrt", "capacity": 5,
            "when_full": "evict-unassured", "ports": {{"preserve": false, "random": false}}}}}},
          {{"middlebox": {{"name": "outer", "profile": "aws-nlb", "capacity": 2,
            "when_full": "evict-oldest", "ports": {{"preserve": false, "random": false}}}}}},
          {{"link": {{"name": "far", "delay": "1200ms"}}}}],
        "hosts": {{"client": {{"side": "internal", "profile": "windows"}}}},
        "connections": [{{"name": "all", "count": 12, "spread": "77s", "start": "{}s",
          "stay": "9m37s",
          "strategy": {{"tcp_keepalive": {{"idle": "31s", "interval": "22s", "side": "server"}}}},
          "socket": {{"server": {{"keepalive": true, "keepalive_idle": "711ms",
            "keepalive_interval": "103337us", "keepalive_count": 4}}}}}}]}})",
                                   start));
  }
}

}  // namespace
}  // namespace stayalive
