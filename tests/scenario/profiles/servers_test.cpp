// SPDX-License-Identifier: Apache-2.0
#include "scenario/profiles/servers.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "scenario/parse.h"
#include "strategy/strategy.h"
#include "support/golden.h"

namespace stayalive {
namespace {

TEST(BuiltinServers, AreAllFilesOfTheFolderUnderTheirOwnNames) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(project_path("scenarios/servers"))) {
    ++files;
    const ServerDocument* found = find_builtin_server(entry.path().stem().string());
    ASSERT_NE(found, nullptr) << entry.path();
    EXPECT_EQ(found->name, entry.path().stem().string());
    EXPECT_NE(found->find("keep_alive_timeout"), nullptr) << found->name;
  }
  EXPECT_EQ(files, builtin_servers().size());
  EXPECT_EQ(find_builtin_server("no-such-server"), nullptr);
}

Options options_of(const std::string& http) {
  const Result<Scenario> scenario = parse_scenario(
      R"({"duration": "1m", "connections": [{"strategy": {"http": )" + http + "}}]}", "test");
  EXPECT_TRUE(scenario.ok());
  return scenario.value().connections.front().options;
}

TEST(BuiltinServers, LieUnderTheOptionsOfTheScenario) {
  EXPECT_EQ(options_of("{}").span("keep_alive_timeout"), 5s);
  const Options nginx = options_of(R"({"server": "nginx"})");
  EXPECT_EQ(nginx.span("keep_alive_timeout"), 75s);
  EXPECT_EQ(nginx.span("linger"), 0s);
  EXPECT_EQ(nginx.count("max_keep_alive_requests"), 999);
  const Options shorter = options_of(R"({"keep_alive_timeout": "20s", "server": "nginx"})");
  EXPECT_EQ(shorter.span("keep_alive_timeout"), 20s);
  EXPECT_EQ(shorter.span("linger"), 0s);
  const Options node = options_of(R"({"server": "node"})");
  EXPECT_EQ(node.span("keep_alive_timeout"), 6s);
  EXPECT_EQ(node.span("advertised_timeout"), 5s);
}

TEST(BuiltinServers, StandInTheReference) {
  const std::string reference = project_text("docs/profiles.md");
  for (const ServerDocument* server : builtin_servers()) {
    const SourcedValue* kept = server->find("keep_alive_timeout");
    const bool sure = kept->status == ValueStatus::Primary || kept->status == ValueStatus::Measured;
    const std::string row = "| `" + server->name + "` | " + kept->value +
                            (sure ? "" : " (" + std::string(name(kept->status)) + ")") + " |";
    EXPECT_NE(reference.find(row), std::string::npos) << row;
  }
}

TEST(ServerFile, HasOnlyOptionsOfTheServer) {
  const auto file = [](const std::string& values) {
    return R"({"kind": "server", "name": "mine", "title": "Mine", "summary": "It serves.",
      "simplified": "Nothing.", "checked": "2026-11-20", "sources": {}, "values": {)" +
           values + "}}";
  };
  EXPECT_TRUE(parse_server(file(R"("linger": {"value": "0s", "status": "recalled"})"), "f").ok());
  EXPECT_FALSE(
      parse_server(file(R"("pipelining": {"value": true, "status": "recalled"})"), "f").ok());
}

}  // namespace
}  // namespace stayalive
