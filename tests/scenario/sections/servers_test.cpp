// SPDX-License-Identifier: Apache-2.0
// What may stand in `servers`, and who may call there.
#include "scenario/profiles/servers.h"

#include <gtest/gtest.h>

#include <string>

#include "scenario/parse.h"
#include "strategy/strategy.h"
#include "support/says.h"

namespace stayalive {
namespace {

std::string with_servers(const std::string& servers, const std::string& connections) {
  return R"({"duration": "1m", "servers": )" + servers + R"(, "connections": [)" + connections +
         "]}";
}

std::string mistakes_of(const std::string& json) {
  const Result<Scenario> scenario = parse_scenario(json, "s.json");
  std::string text;
  if (scenario.ok()) return text;
  for (const Diagnostic& error : scenario.errors()) text += to_string(error) + "\n";
  return text;
}

constexpr const char* kCalls = R"({"name": "c", "server": "web", "strategy": "http",
                                   "traffic": [{"at": "0s", "answer": {}}]})";

TEST(ServersSection, AProductsValuesLieUnderTheScenariosOwn) {
  const Result<Scenario> scenario =
      parse_scenario(with_servers(R"({"web": {"profile": "apache-prefork", "workers": 2,
                               "keep_alive_timeout": "15s"}})",
                                  kCalls),
                     "s.json");
  ASSERT_TRUE(scenario.ok());
  const ServerSpec& web = scenario.value().servers.front();
  EXPECT_EQ(web.rules.workers, 2u);
  EXPECT_EQ(web.rules.backlog, 511u);
  const ConnectionSpec& its = scenario.value().connections.front();
  EXPECT_EQ(its.served_by, 0u);
  EXPECT_EQ(its.options.span("keep_alive_timeout"), 15s);
  EXPECT_EQ(its.options.span("linger"), 2s);
  EXPECT_EQ(its.tcp[index(Role::Server)].defer_accept, 30s);
  EXPECT_EQ(its.tcp[index(Role::Client)].defer_accept, 0s);
}

TEST(ServersSection, WhatIsTheServersIsSaidThereOnly) {
  const std::string json =
      with_servers(R"({"web": {}})", R"({"server": "web", "traffic": [{"at": "0s", "answer": {}}],
                            "strategy": {"http": {"server": "nginx", "linger": "1s"}}})");
  EXPECT_TRUE(says(mistakes_of(json),
                   "the server \"web\" says it for all its connections; allowed: this key in "
                   "servers, where it is called profile"));
  EXPECT_TRUE(says(mistakes_of(json), "/strategy/http/linger"));
}

TEST(ServersSection, AllWhoCallAtOneUseTcpAndOnePort) {
  const std::string json =
      with_servers(R"({"web": {}})", std::string(kCalls) + R"(, {"name": "d", "server": "web"},
                                 {"name": "e", "server": "web", "strategy": "openvpn",
                                  "transport": "udp"},
                                 {"name": "f", "server": "web", "port": 80, "listen": false})");
  const std::string mistakes = mistakes_of(json);
  EXPECT_TRUE(says(mistakes,
                   "the connection \"c\" calls at port 80 of \"web\", and this one at "
                   "5432; allowed: one port for each server"));
  EXPECT_TRUE(says(mistakes, "its server accepts connections, and it uses udp"));
  EXPECT_TRUE(says(mistakes, "its server \"web\" listens"));
}

TEST(ServersSection, ANameIsKnownAndItsOwn) {
  EXPECT_TRUE(says(mistakes_of(with_servers(R"({"web": {}})", R"({"server": "wep"})")),
                   "no host or server has the name \"wep\"; allowed: client, server or web; did "
                   "you mean \"web\"?"));
  EXPECT_TRUE(
      says(mistakes_of(with_servers(R"({"client": {}})", "{}")), "the name \"client\" is taken"));
  EXPECT_TRUE(says(mistakes_of(with_servers(R"({"web": {"host": "moon"}})", "{}")),
                   "no host has the name \"moon\""));
}

TEST(ServersSection, WhatNeedsALimitOfConnectionsNeedsOne) {
  const std::string mistakes =
      mistakes_of(with_servers(R"({"web": {"when_full": "close", "closes_idle": true}})", kCalls));
  EXPECT_TRUE(says(mistakes, "/servers/web/when_full: it has any number of connections"));
  EXPECT_TRUE(says(mistakes, "/servers/web/closes_idle: it has any number of connections"));
}

TEST(ServersSection, WhatIsExpectedOfOneNeedsOne) {
  const std::string json = R"({"duration": "1m", "connections": [{"name": "c"}],
    "expect": [{"connection": "c", "at_server": {"waited": 0}}]})";
  EXPECT_TRUE(says(mistakes_of(json), "it has a listener of its own, with room for it"));
  const std::string empty = R"({"duration": "1m", "servers": {"web": {}},
    "connections": [{"name": "c", "server": "web"}],
    "expect": [{"connection": "c", "at_server": {}}]})";
  EXPECT_TRUE(says(mistakes_of(empty), "nothing is expected of its server"));
}

TEST(ServersSection, APopulationMayCallThere) {
  const Result<Scenario> scenario = parse_scenario(
      with_servers(R"({"web": {}})", R"({"name": "all", "server": "web", "count": 5})"), "s.json");
  ASSERT_TRUE(scenario.ok());
  EXPECT_FALSE(scenario.value().connections.front().population.compact);
  EXPECT_TRUE(says(mistakes_of(R"({"connections": [{"count": 5, "server": "server"}]})"),
                   "allowed: one of servers, or this key for a single connection only"));
}

}  // namespace
}  // namespace stayalive
