// SPDX-License-Identifier: Apache-2.0
#include "report/run/population.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "report/run/population_tree.h"
#include "support/document_text.h"
#include "support/scenario_story.h"

namespace stayalive {
namespace {

std::string populations_text(const RunReport& report) {
  std::vector<Block> blocks;
  add_populations(blocks, report);
  return printed_blocks(std::move(blocks));
}

nlohmann::json population_json(const PopulationReport& population) {
  return nlohmann::json::parse(printed_data(population_tree(population)));
}

// Behind a box of one minute: ten who ping in time and five who do not.
const ScenarioStory& pinging_members() {
  static const ScenarioStory kStory(R"({"duration": "10m",
    "path": [{"middlebox": {"name": "nat", "profile": "home-router",
                            "timeouts": {"udp.single": "60s", "udp.stream": "60s"}}}],
    "connections": [
      {"name": "eager", "count": 10, "transport": "udp",
       "strategy": {"keepalive": {"interval": "30s"}}},
      {"name": "lazy", "count": 5, "transport": "udp",
       "strategy": {"keepalive": {"interval": "90s"}},
       "traffic": [{"from": "server", "at": "2m"}]}]})");
  return kStory;
}

TEST(Population, HasARowForEachAndSaysWhatBroughtThemDown) {
  const std::string text = populations_text(pinging_members().report());
  EXPECT_EQ(text,
            "POPULATION  BEGAN  LEFT  ALIVE  REMAPPED  FORGOTTEN  REFUSED  EVER FORGOTTEN  FIRST "
            "TIME      CLOSEST CALL  BLACKHOLE      KEEPALIVES  DELIVERED\n"
            "eager       10/10  0     10     0         0          0        0               -      "
            "         30s           0s (most 0s)   200+0       -\n"
            "lazy        5/5    0     0      0         5          0        5               4m .. "
            "4m .. 4m  -             2m (most 30s)  30+0        - | 5/5\n\n"
            "  lazy: nat: udp.single 1m: it forgot members 25 times, 5 of them for the first "
            "time\n");
}

TEST(Population, HasAColumnForWhatMembersNoticedWhereAnyDid) {
  const ScenarioStory cut(R"({"duration": "1h", "path": [{"link": {"name": "line"}}],
    "connections": [{"name": "sessions", "count": 4,
                     "strategy": {"ssh": {"server_alive_interval": "1m",
                                          "client_alive_interval": "1m"}}}],
    "events": [{"cut": "line", "at": "10m"}]})");
  const std::string text = populations_text(cut.report());
  EXPECT_NE(text.find("REFUSED  DETECTED  EVER FORGOTTEN"), std::string::npos) << text;
  EXPECT_NE(text.find("  sessions: line: down: 4 of them fell for the first time\n"),
            std::string::npos)
      << text;
  const auto json = population_json(*cut.connection("sessions").population);
  EXPECT_EQ(json["causes"][0]["who"], "line");
  EXPECT_TRUE(json["causes"][0]["timer"].is_null());
}

TEST(Population, IsSilentWithoutPopulations) {
  const std::string text = populations_text(RunReport{});
  EXPECT_EQ(text, "");
}

// Behind a box of one minute, whose clients probe too late and learn of it.
const ScenarioStory& probing_members() {
  static const ScenarioStory kStory(R"({"duration": "10m",
    "path": [{"middlebox": {"name": "box", "profile": "azure-lb",
                            "timeouts": {"tcp.established": "60s"}}}],
    "connections": [{"name": "late", "count": 5, "strategy": {"tcp_keepalive":
      {"idle": "90s", "interval": "10s", "count": 3, "side": "client"}}}]})");
  return kStory;
}

TEST(Population, TellsWhichEndsOfConnectionsNoticed) {
  const std::string text = populations_text(probing_members().report());
  EXPECT_NE(text.find("late: clients: 5 noticed"), std::string::npos) << text;
}

TEST(PopulationTree, TellsWhatBecameOfBothEndsOfConnections) {
  const auto json = population_json(*probing_members().connection("late").population);
  EXPECT_EQ(json["fell"], 5);
  EXPECT_EQ(json["ends"]["client"]["outcomes"].dump(), R"({"detected":5})");
  EXPECT_EQ(json["ends"]["client"]["errors"].dump(), R"({"ETIMEDOUT":5})");
  EXPECT_EQ(json["ends"]["client"]["noticed"], 5);
  EXPECT_EQ(json["ends"]["client"]["noticed_after"]["median"], 60.0);
  EXPECT_EQ(json["ends"]["server"]["outcomes"].dump(), R"({"forgotten":5})");
  EXPECT_TRUE(json["ends"]["server"]["noticed_after"].is_null());
  EXPECT_TRUE(population_json(*pinging_members().connection("lazy").population).contains("ends"));
}

TEST(PopulationTree, SaysWhoDiedWhenAndOfWhat) {
  const auto json = population_json(*pinging_members().connection("lazy").population);
  EXPECT_EQ(json["count"], 5);
  EXPECT_EQ(json["outcomes"]["forgotten"], 5);
  EXPECT_EQ(json["first_forgotten"]["median"], 240.0);
  EXPECT_EQ(json["causes"][0]["who"], "nat");
  EXPECT_EQ(json["causes"][0]["timer"], "udp.single");
  EXPECT_EQ(json["causes"][0]["members"], 5);
  EXPECT_EQ(json["messages"]["server"]["delivered"], 5);
}

}  // namespace
}  // namespace stayalive
