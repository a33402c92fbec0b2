// SPDX-License-Identifier: Apache-2.0
#include "study/advise/recipe.h"

#include <gtest/gtest.h>

#include <set>

#include "base/text.h"
#include "run/run.h"
#include "strategy/strategy.h"
#include "study/advise/strategy_choice.h"
#include "support/golden.h"
#include "support/scenario_text.h"

namespace stayalive {
namespace {

TEST(Recipe, EachNamesAStrategyThatPlaysItAndNoNameTwice) {
  std::set<std::string_view> names;
  for (const Recipe& recipe : recipes()) {
    const StrategyKind* kind = find_strategy(recipe.strategy);
    ASSERT_NE(kind, nullptr) << recipe.name;
    EXPECT_TRUE(kind->works_over(recipe.transport)) << recipe.name;
    EXPECT_TRUE(names.insert(recipe.name).second) << recipe.name;
    for (const std::string_view alias : recipe.aliases) {
      EXPECT_TRUE(names.insert(alias).second) << alias;
      EXPECT_EQ(find_recipe(alias), &recipe);
    }
  }
  EXPECT_EQ(find_recipe("opensshh"), nullptr);
}

TEST(Recipe, EachIsTakenByItsStrategyAtItsLeastAndItsUsualInterval) {
  for (const Recipe& recipe : recipes()) {
    const Result<StrategyChoice> choice = parse_strategy(recipe.name);
    ASSERT_TRUE(choice.ok()) << recipe.name;
    const StrategyKind& kind = *find_strategy(recipe.strategy);
    if (kind.check == nullptr || recipe.interval.empty()) continue;
    for (const Duration interval : {recipe.least, choice.value().usual()}) {
      const auto errors = kind.check(choice.value().at(interval), recipe.transport);
      EXPECT_TRUE(errors.empty()) << recipe.name << ": " << errors.front().message;
    }
  }
}

TEST(Recipe, NoMarkStaysInTheLinesToPaste) {
  for (const Recipe& recipe : recipes()) {
    const Result<StrategyChoice> choice = parse_strategy(recipe.name);
    const auto pastes = choice.value().pastes(50s);
    std::string all;
    for (const auto& [where, lines] : pastes) {
      all += lines;
      EXPECT_EQ(lines.find("{interval"), std::string::npos) << where << ": " << lines;
      EXPECT_EQ(lines.find("_interval}"), std::string::npos) << where << ": " << lines;
    }
    EXPECT_EQ(all.find("50") == std::string::npos, pastes.empty()) << recipe.name << all;
  }
}

// When an end of the only connection notices, in the run of a recording: a line that is cut behind
// a router.
Duration noticed(const std::string& strategy, Duration interval, const std::string& rest,
                 Role role) {
  const Scenario scenario = right(R"({"duration": "45s",
    "path": [{"link": {"name": "lan"}},
             {"middlebox": {"name": "r", "profile": "linux-conntrack"}},
             {"link": {"name": "wan", "delay": "10ms"}}],
    "connections": [{"strategy": )" +
                                  parse_strategy(strategy).value().json(interval) + ", " + rest);
  const SideReport side = run(scenario).connections[0].sides[index(role)];
  return side.noticed_at ? *side.noticed_at - kStart : kForever;
}

TEST(Recipe, ARequestOfGrpcThatIsLostEndsTheConnectionByTcpUserTimeout) {
  // Recorded with the C core 1.51, keepalive timeout 3 s: cut at 8 s, request at 9 s, over at 12.5.
  const std::string cut = R"("start": "341ms", "traffic": [
      {"at": "390ms", "bytes": 338, "answer": {"bytes": 55}},
      {"at": "9s", "bytes": 54, "answer": {"bytes": 50}}]}],
    "events": [{"at": "8s", "cut": "wan"}]})";
  const std::string grpc = "grpc,retry_interval=3s,min_ping_interval=1s";
  const Duration over = noticed(grpc, 25s, cut, Role::Client);
  EXPECT_GT(over, 12300ms);
  EXPECT_LT(over, 12700ms);
  EXPECT_GT(noticed(grpc + ",user_timeout=0s", 25s, cut, Role::Client), 28s);
}

TEST(Recipe, AnMqttClientGivesUpAnIntervalAfterItsPingAndTheBrokerAtItsNextLook) {
  // Recorded with mosquitto 2.0.11, keep alive 5 s: the client at 20.15 s, the broker at 22.06 s.
  const std::string cut = R"("start": "180ms", "traffic": [
      {"at": "200ms", "bytes": 16, "answer": {"bytes": 4}},
      {"at": "250ms", "bytes": 8, "answer": {"bytes": 5}}]}],
    "events": [{"at": "12500ms", "cut": "wan"}]})";
  const std::string mqtt = "mqtt,check_phase=1880ms";
  const Duration client = noticed(mqtt, 5s, cut, Role::Client);
  EXPECT_GT(client, 20s);
  EXPECT_LT(client, 20400ms);
  const Duration broker = noticed(mqtt, 5s, cut, Role::Server);
  EXPECT_GT(broker, 21900ms);
  EXPECT_LT(broker, 22200ms);
}

// A row of the table in docs/advise.md.
std::string row(const Recipe& recipe) {
  std::string aliases;
  for (const std::string_view alias : recipe.aliases) {
    aliases += (aliases.empty() ? "" : ", ") + ("`" + std::string(alias) + "`");
  }
  std::string interval(recipe.interval);
  if (!interval.empty()) {
    interval = "`" + interval + "`, " + print_duration(recipe.least);
    interval += recipe.most == kForever ? " on" : " to " + print_duration(recipe.most);
  }
  std::string usual(recipe.usual);
  if (usual == "0s") usual = "off";
  return "| `" + std::string(recipe.name) + "` | " + aliases + " | " + std::string(recipe.title) +
         " | `" + std::string(recipe.strategy) + "`, " + name(recipe.transport) + " | " + interval +
         " | " + usual + " | " + std::string(recipe.note) + " |\n";
}

TEST(Recipe, TheTableInTheReferenceIsMadeFromTheData) {
  const std::string begin = "<!-- recipes -->\n";
  const std::string end = "<!-- end of recipes -->\n";
  const std::string page = project_text("docs/advise.md");
  const std::size_t from = page.find(begin);
  const std::size_t to = page.find(end);
  ASSERT_NE(from, std::string::npos);
  ASSERT_NE(to, std::string::npos);
  std::string table =
      "| name | also | what it is | played by | interval | default | what is simplified |\n"
      "|---|---|---|---|---|---|---|\n";
  for (const Recipe& recipe : recipes()) table += row(recipe);
  expect_golden("docs/advise.md", page.substr(0, from + begin.size()) + table + page.substr(to));
}

}  // namespace
}  // namespace stayalive
