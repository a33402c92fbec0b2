// SPDX-License-Identifier: Apache-2.0
#include "study/advise/choice_of_connection.h"

#include <gtest/gtest.h>

#include "support/scenario_text.h"

namespace stayalive {
namespace {

TEST(ChoiceOfConnection, IsThePlainestProductOfItsStrategy) {
  Products products;
  const Scenario scenario = right(R"({"connections": [
    {"name": "a", "strategy": {"ssh": {"client_alive_interval": "30s"}}},
    {"name": "b", "strategy": {"tcp_keepalive": {"idle": "50s", "interval": "20s"}}},
    {"name": "c"}]})");
  const auto server = strategy_of(scenario.connections[0], products);
  ASSERT_TRUE(server);
  EXPECT_EQ(server->product->name, "sshd");
  EXPECT_EQ(server->usual(), 30s);
  const auto kernel = strategy_of(scenario.connections[1], products);
  ASSERT_TRUE(kernel);
  EXPECT_EQ(kernel->at(10s).span("interval"), 20s);
  EXPECT_FALSE(strategy_of(scenario.connections[2], products));
}

TEST(ChoiceOfConnection, IsTheProductThatTheScenarioNames) {
  Products products;
  const Scenario scenario = right(R"({"connections": [
    {"name": "a", "strategy": {"mqtt": {"keepalive": 120, "reconnect_pause": "3s"}}},
    {"name": "b", "strategy": "wireguard"}]})");
  const auto mqtt = strategy_of(scenario.connections[0], products);
  ASSERT_TRUE(mqtt);
  EXPECT_EQ(mqtt->product->name, "mqtt");
  EXPECT_EQ(mqtt->label(mqtt->chosen_interval), "mqtt=2m,reconnect_pause=3s");
  EXPECT_EQ(mqtt->at(60s).span("give_up_after"), 90s) << "what follows goes on following";
  const auto off = strategy_of(scenario.connections[1], products);
  ASSERT_TRUE(off);
  EXPECT_EQ(off->product->name, "wireguard");
  EXPECT_FALSE(off->chosen_interval);
}

}  // namespace
}  // namespace stayalive
