// SPDX-License-Identifier: Apache-2.0
#include "support/population_story.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "support/random_datagrams.h"

namespace stayalive {
namespace {

constexpr std::string_view kPath = R"("path": [
  {"link": {"delay": "10ms"}},
  {"middlebox": {"name": "nat", "profile": "home-router",
                 "capacity": %CAPACITY%, "when_full": "refuse",
                 "timeouts": {"udp.single": "60s", "udp.stream": "60s"}}},
  {"link": {"delay": "20ms"}}])";

std::string path(int capacity = 100000) {
  std::string text(kPath);
  return text.replace(text.find("%CAPACITY%"), 10, std::to_string(capacity));
}

TEST(Population, LivesWhileItsKeepalivesComeBeforeTheTimeout) {
  const ScenarioStory story(R"({"duration": "1h", )" + path() + R"(, "connections": [
    {"name": "phones", "count": 1000, "spread": "59s", "transport": "udp",
     "strategy": {"keepalive": {"interval": "59s"}}}]})");
  const PopulationReport& phones = population_of(story, "phones");
  EXPECT_EQ(phones.started, 1000u);
  EXPECT_EQ(count_of(phones, Outcome::Alive), 1000u);
  EXPECT_EQ(phones.deaths, 0u);
  EXPECT_FALSE(phones.first_deaths);
  EXPECT_EQ(story.connection("phones").outcome, Outcome::Alive);
  // Each pings every 59 s after its start: 60 or 61 times, and every ping is answered.
  const SideCounters& client = story.client("phones").counters;
  EXPECT_GE(client.keepalives, 59'000u);
  EXPECT_LE(client.keepalives, 61'000u);
  EXPECT_NEAR(static_cast<double>(client.packets_received), static_cast<double>(client.keepalives),
              10)
      << "but for what is on its way at the end";
}

TEST(Population, DiesBetweenKeepalivesThatComeAfterTheTimeout) {
  const ScenarioStory story(R"({"duration": "1h", )" + path() + R"(, "connections": [
    {"name": "phones", "count": 100, "spread": "30s", "transport": "udp",
     "strategy": {"keepalive": {"interval": "61s"}}}]})");
  const PopulationReport& phones = population_of(story, "phones");
  EXPECT_EQ(phones.ever_forgotten, 100u);
  ASSERT_TRUE(phones.first_deaths);
  // The first ping leaves a minute and a second after the start, the answer refreshes the flow
  // 40 ms later, and so it dies 60 s after that.
  EXPECT_GE((*phones.first_deaths)[0], at(121s));
  EXPECT_LE((*phones.first_deaths)[4], at(152s));
  ASSERT_EQ(phones.causes.size(), 1u);
  EXPECT_EQ(phones.causes[0].blame.who, "nat");
  EXPECT_EQ(phones.causes[0].blame.timer, "udp.single");
  EXPECT_EQ(phones.causes[0].members, 100u);
  EXPECT_EQ(phones.causes[0].deaths, phones.deaths);
  EXPECT_EQ(story.connection("phones").blame.who, "nat");
}

// Each member's pings hold one direction; the other one ends four minutes after its only packet.
TEST(Population, DiesByTheSilentDirectionWhereEachHasATimer) {
  for (const bool answered : {true, false}) {
    const ScenarioStory story(fmt::format(R"({{"duration": "20m", "path": [
        {{"link": {{"delay": "10ms"}}}},
        {{"middlebox": {{"name": "gateway", "profile": "azure-nat-gateway"}}}},
        {{"link": {{"delay": "20ms"}}}}], "connections": [
      {{"name": "phones", "count": 50, "spread": "30s", "transport": "udp",
        "strategy": {{"keepalive": {{"interval": "70s", "answered": {}}}}}}}]}})",
                                          answered));
    const PopulationReport& phones = population_of(story, "phones");
    EXPECT_EQ(phones.ever_forgotten, answered ? 0u : 50u);
    if (answered) continue;
    ASSERT_TRUE(phones.first_deaths);
    // The first ping leaves 70 s after the start and opens the flow, which ends four minutes later
    // although three more have passed.
    EXPECT_GE((*phones.first_deaths)[0], at(310s));
    EXPECT_LE((*phones.first_deaths)[4], at(341s));
    EXPECT_EQ(phones.causes[0].blame.timer, "udp.single");
  }
}

TEST(Population, IsKeptOutByAFullTable) {
  const ScenarioStory story(R"({"duration": "10m", )" + path(60) + R"(, "connections": [
    {"name": "phones", "count": 100, "spread": "30s", "transport": "udp",
     "strategy": {"keepalive": {"interval": "30s"}}}]})");
  const PopulationReport& phones = population_of(story, "phones");
  EXPECT_EQ(count_of(phones, Outcome::Alive), 60u);
  EXPECT_EQ(count_of(phones, Outcome::Refused), 40u);
  ASSERT_EQ(phones.causes.size(), 1u);
  EXPECT_EQ(phones.causes[0].blame.reason, "table-full");
  EXPECT_EQ(phones.causes[0].members, 40u);
}

TEST(Population, ComesAndGoes) {
  const ScenarioStory story(R"({"duration": "10m", )" + path() + R"(, "connections": [
    {"name": "phones", "count": 100, "spread": "5m", "stay": "2m", "transport": "udp",
     "strategy": {"keepalive": {"interval": "30s"}}}]})");
  const PopulationReport& phones = population_of(story, "phones");
  EXPECT_EQ(phones.started, 100u);
  EXPECT_EQ(phones.left, 100u);
  EXPECT_EQ(phones.deaths, 0u) << "what a box forgets of those that have gone is no death";
  // Pings at 30, 60 and 90 s; at 120 s it leaves before the fourth.
  EXPECT_LE(story.client("phones").counters.keepalives, 400u);
  EXPECT_GE(story.client("phones").counters.keepalives, 300u);
}

TEST(Population, MixesStrategies) {
  const ScenarioStory story(R"({"duration": "10m", )" + path() + R"(, "connections": [
    {"name": "quick", "count": 30, "spread": "10s", "transport": "udp",
     "strategy": {"keepalive": {"interval": "30s"}}},
    {"name": "alone", "transport": "udp", "strategy": {"keepalive": {"interval": "30s"}}},
    {"name": "slow", "count": 70, "spread": "10s", "transport": "udp",
     "strategy": {"keepalive": {"interval": "90s"}}}]})");
  EXPECT_EQ(population_of(story, "quick").ever_forgotten, 0u);
  EXPECT_EQ(population_of(story, "slow").ever_forgotten, 70u);
  EXPECT_EQ(story.connection("alone").outcome, Outcome::Alive);
  EXPECT_FALSE(story.connection("alone").population);
}

// --- one by one ---

TEST(PopulationProperty, ItsMembersFareAsEachWouldByItself) {
  Random random(7, "population", "test");
  const auto pick = [&](std::initializer_list<const char*> words) {
    return stayalive::pick(random, words);
  };
  RandomDatagrams parts(random);
  for (int i = 0; i < 150; ++i) {
    const std::string profile = parts.profile();
    const std::string box = parts.box(profile);
    const std::string second =
        pick({"", R"(, {"middlebox": {"name": "outer", "profile": "rfc-minimum"}})"});
    const std::string head = fmt::format(
        R"("duration": "20m{}s", "path": [{{"link": {{"delay": "{}ms"}}}}, {}{}, {{"link": {{"name":
        "far", "delay": "25ms"}}}}], "events": [{}])",
        random.below(60), random.below(40), box, second,
        // The judge of single connections does not follow an old flow of the outer box inwards.
        !second.empty() ? "" : parts.disturbance());
    const std::string strategy = parts.strategy();
    const std::string traffic = parts.traffic();
    // Which port a NAT draws decides by chance what reaches a server that does not follow.
    const bool translates = profile == "home-router" || profile == "carrier-nat";
    const std::string follows = translates || !second.empty() ? "true" : pick({"true", "false"});
    expect_equal(pair_of(head, fmt::format(R"("transport": "udp", "start": "{}s", "strategy": {},
                                            "server_follows": {}{})",
                                           random.below(2), strategy, follows, traffic)),
                 fmt::format("round {}", i));
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace stayalive
