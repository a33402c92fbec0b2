// SPDX-License-Identifier: Apache-2.0
#include "picture/population_story.h"

#include <gtest/gtest.h>

#include "support/scenario_story.h"

namespace stayalive {
namespace {

// Behind a box of one minute: five who ping too late.
const ScenarioStory& forgetful() {
  static const ScenarioStory kStory(R"({"duration": "10m",
    "path": [{"middlebox": {"name": "nat", "profile": "home-router",
                            "timeouts": {"udp.single": "60s", "udp.stream": "60s"}}}],
    "connections": [
      {"name": "eager", "count": 10, "transport": "udp",
       "strategy": {"keepalive": {"interval": "30s"}}},
      {"name": "lazy", "count": 5, "transport": "udp",
       "strategy": {"keepalive": {"interval": "90s"}}}]})");
  return kStory;
}

TEST(PopulationStory, SaysWhatManyCameToAndWhatBroughtThemDown) {
  const std::vector<std::string> sentences = tell_population(forgetful().connection("lazy"));
  ASSERT_EQ(sentences.size(), 4u);
  EXPECT_EQ(
      sentences[0],
      "lazy (keepalive over udp) stands for 5, of whom 5 began and 0 left; their clients sent "
      "30 keepalives and the server 0.");
  EXPECT_EQ(sentences[1], "At the end: 5 forgotten.");
  EXPECT_EQ(sentences[2],
            "5 were forgotten at least once, 30 times in all; for the first time 2m30s .. 2m30s .. "
            "2m30s (first .. median .. last).");
  EXPECT_EQ(sentences[3],
            "nat: udp.single 1m: it forgot members 30 times, 5 of them for the first time.");
}

TEST(PopulationStory, NamesNoCauseWhereNobodyFell) {
  const PopulationReport& eager = *forgetful().connection("eager").population;
  EXPECT_TRUE(causes_of(eager).empty());
  EXPECT_EQ(first_deaths(eager), "-");
}

TEST(PopulationStory, TellsWhichEndsOfConnectionsNoticed) {
  const ScenarioStory late(R"({"duration": "10m",
    "path": [{"middlebox": {"name": "box", "profile": "azure-lb",
                            "timeouts": {"tcp.established": "60s"}}}],
    "connections": [{"name": "late", "count": 5, "strategy": {"tcp_keepalive":
      {"idle": "90s", "interval": "10s", "count": 3, "side": "client"}}}]})");
  EXPECT_EQ(tell_population(late.connection("late")).back(),
            "clients: 5 noticed that something was wrong (ETIMEDOUT 5), 1m .. 1m .. 1m after they "
            "were forgotten.");
}

}  // namespace
}  // namespace stayalive
