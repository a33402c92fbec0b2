// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "support/population_story.h"

namespace stayalive {
namespace {

constexpr const char* kBalancerPath = R"("path": [
  {"link": {"delay": "10ms"}},
  {"middlebox": {"name": "box", "profile": "azure-lb", "timeouts": {"tcp.established": "60s"}}},
  {"link": {"delay": "20ms"}}])";

std::uint64_t errors(const PopulationReport& population, Role role, SocketError error) {
  return (*population.ends)[index(role)].errors[static_cast<std::size_t>(error)];
}

TEST(StreamPopulation, LivesWhileItsProbesComeBeforeTheTimeout) {
  const ScenarioStory story(fmt::format(R"({{"duration": "1h", {}, "connections": [
    {{"name": "all", "count": 500, "spread": "30s", "strategy": {{"tcp_keepalive":
      {{"idle": "30s", "interval": "10s", "side": "client"}}}}}}]}})",
                                        kBalancerPath));
  const PopulationReport& all = population_of(story, "all");
  EXPECT_EQ(count_of(all, Outcome::Alive), 500u);
  EXPECT_EQ(all.deaths, 0u);
  // A probe 30 s after the answer to the one before, 60 ms after that: 118 or 119 in an hour.
  EXPECT_GE(story.client("all").counters.keepalives, 59'000u);
  EXPECT_LE(story.client("all").counters.keepalives, 59'500u);
  EXPECT_EQ(story.server("all").counters.keepalives, 0u);
}

TEST(StreamPopulation, LearnsOfItsDeathByProbesThatNobodyAnswers) {
  const ScenarioStory story(fmt::format(R"({{"duration": "10m", {}, "connections": [
    {{"name": "all", "count": 50, "spread": "10s", "strategy": {{"tcp_keepalive":
      {{"idle": "90s", "interval": "10s", "count": 3, "side": "client"}}}}}}]}})",
                                        kBalancerPath));
  const PopulationReport& all = population_of(story, "all");
  EXPECT_EQ(all.ever_forgotten, 50u);
  ASSERT_TRUE(all.ends);
  EXPECT_EQ(errors(all, Role::Client, SocketError::TimedOut), 50u);
  EXPECT_EQ((*all.ends)[0].noticed, 50u);
  // Forgotten 60 s after the last packet of the handshake passed the box, 10 ms after the client
  // sent it; given up 120 s after.
  ASSERT_TRUE((*all.ends)[0].delays);
  EXPECT_EQ((*(*all.ends)[0].delays)[0], 60s - 10ms);
  EXPECT_EQ((*(*all.ends)[0].delays)[4], 60s - 10ms);
  EXPECT_EQ((*all.ends)[1].outcomes[static_cast<std::size_t>(Outcome::Forgotten)], 50u)
      << "the server waits for ever";
  EXPECT_EQ(story.client("all").outcome, Outcome::Detected);
  EXPECT_EQ(story.server("all").outcome, Outcome::Forgotten);
  EXPECT_EQ(story.connection("all").outcome, Outcome::Forgotten);
  EXPECT_EQ(story.connection("all").blame.who, "box");
}

TEST(StreamPopulation, AsksNoMoreWhatAServerNoticesOfOneThatHasLeft) {
  for (const char* side : {"client", "server"}) {
    const ScenarioStory story(fmt::format(R"({{"duration": "10m", {}, "connections": [
      {{"name": "all", "count": 50, "spread": "10s", "stay": "2m", "strategy": {{"tcp_keepalive":
        {{"idle": "30s", "interval": "10s", "count": 3, "side": "{}"}}}}}}]}})",
                                          kBalancerPath, side));
    const PopulationReport& all = population_of(story, "all");
    EXPECT_EQ(all.left, 50u);
    EXPECT_EQ(all.deaths, 0u);
    EXPECT_EQ(errors(all, Role::Server, SocketError::TimedOut), 0u);
  }
}

TEST(StreamPopulationProperty, ItsMembersFareAsEachWouldByItself) {
  Random random(11, "stream population", "test");
  const auto pick = [&](std::initializer_list<const char*> words) {
    return stayalive::pick(random, words);
  };
  for (int i = 0; i < 200; ++i) {
    const std::string box = fmt::format(
        R"({{"middlebox": {{"name": "box", "profile": "{}", "timeouts": {{"tcp.established":
            "{}"}}}}}})",
        pick({"linux-conntrack", "home-router", "azure-lb", "azure-lb-reset", "aws-nlb",
              "carrier-nat", "cisco-asa", "gcp-vpc-firewall", "pf-normal", "aws-nat-gateway"}),
        pick({"31s", "47s", "60s", "90s", "10m"}));
    const std::string head = fmt::format(
        R"("duration": "20m{}s", "path": [{{"link": {{"delay": "{}ms"}}}}, {}, {{"link": {{"name":
        "far", "delay": "25ms"}}}}], "events": [{}])",
        random.below(60), random.below(40), box,
        pick({"", "", R"({"flush": "box", "at": "5m7s"})",
              R"({"cut": "far", "at": "4m11s", "for": "70s"})",
              R"({"cut": "far", "at": "4m11s", "for": "5m"})",
              R"({"cut": "far", "at": "0s", "for": "20s"})",
              R"({"reboot": "box", "at": "5m7s", "for": "20s"})"}));
    const std::string os =
        fmt::format(R"("profile": "{}")", pick({"linux", "linux", "windows", "macos", "freebsd"}));
    const std::string server_os = fmt::format(R"("server": {{"profile": "{}"}})",
                                              pick({"linux", "linux", "windows", "freebsd"}));
    const std::string strategy =
        random.below(5) == 0
            ? R"("silent")"
            : fmt::format(R"({{"tcp_keepalive": {{"idle": "{}s", "interval": "{}s", "count": {},
                              "side": "{}"}}}})",
                          5 + random.below(60), 1 + random.below(70), 1 + random.below(5),
                          pick({"client", "server", "both"}));
    const std::string socket = fmt::format(
        R"(, "socket": {{"client": {{{}}}, "server": {{{}}}}})",
        pick({"", R"("timer_hz": 250)", R"("timer_hz": 100)", R"("user_timeout": "20s")"}),
        pick({"", R"("timer_hz": 1000)", R"("user_timeout": "20s")", R"("keepalive": true,
             "keepalive_idle": "700ms", "keepalive_interval": "100ms", "keepalive_count": 4)"}));
    const std::string traffic =
        pick({"", "", R"(, "traffic": [{"from": "client", "at": "3s", "every": "47s"}])",
              R"(, "traffic": [{"from": "client", "at": "2s", "bytes": 20000},
                          {"from": "server", "at": "4m", "every": "95s"}])"});
    expect_equal(pair_of(head,
                         fmt::format(R"("transport": "tcp", "start": "{}s", "strategy": {}{}{})",
                                     random.below(2), strategy, socket, traffic),
                         os, server_os),
                 fmt::format("round {}", i));
    if (HasFailure()) return;
  }
}

}  // namespace
}  // namespace stayalive
