// SPDX-License-Identifier: Apache-2.0
#include "study/advise/strategy_choice.h"

#include <gtest/gtest.h>

#include "support/scenario_text.h"

namespace stayalive {
namespace {

StrategyChoice choice(const std::string& text) {
  Result<StrategyChoice> parsed = parse_strategy(text);
  if (!parsed.ok()) ADD_FAILURE() << text << ": " << to_string(parsed.errors().front());
  return std::move(parsed).value();
}

std::string wrong(const std::string& text) {
  const Result<StrategyChoice> parsed = parse_strategy(text);
  return parsed.ok() ? "none" : to_string(parsed.errors().front());
}

TEST(StrategyChoice, IsWrittenAsAScenarioWouldHaveIt) {
  EXPECT_EQ(choice("openssh=60s,server_alive_count_max=2").json(60s),
            R"({"ssh": {"server_alive_interval": "1m", "server_alive_count_max": 2}})");
  EXPECT_EQ(choice("tcp").json(75s), R"({"tcp_keepalive": {"idle": "1m15s"}})");
}

TEST(StrategyChoice, ProbesOfTheKernelAreNeverFurtherApartThanTheIdleTime) {
  EXPECT_EQ(choice("tcp").at(74s).span("interval"), 74s);
  EXPECT_EQ(choice("tcp").at(76s).span("interval"), 75s);
  // What the user says is not changed.
  EXPECT_EQ(choice("tcp=30s,interval=60s").at(30s).span("interval"), 60s);
}

TEST(StrategyChoice, WhatFollowsFromTheIntervalIsCutToWholeSeconds) {
  EXPECT_EQ(choice("redis").at(300s).span("interval"), 100s);
  EXPECT_EQ(choice("redis").at(2s).span("interval"), 1s);
  EXPECT_EQ(choice("mqtt").at(15s).span("give_up_after"), 22s);
  EXPECT_EQ(choice("openvpn").at(10s).span("keepalive_timeout"), 60s);
}

TEST(StrategyChoice, OptionsMayBeWrittenAsTheProductDoes) {
  EXPECT_EQ(choice("openssh,ServerAliveCountMax=7").options.count("server_alive_count_max"), 7);
  EXPECT_EQ(choice("ssh=45s").usual(), 45s);
  EXPECT_EQ(choice("keepalive=30s,transport=udp").transport, Transport::Udp);
}

TEST(StrategyChoice, IsLabelledAsTheUserWouldWriteIt) {
  EXPECT_EQ(choice("ssh,server_alive_count_max=2").label(60s),
            "openssh=1m,server_alive_count_max=2");
  EXPECT_EQ(choice("keepalive,transport=udp").label(std::nullopt), "keepalive,transport=udp");
}

TEST(StrategyChoice, MistakesAreAnsweredWithWhatIsAllowed) {
  EXPECT_TRUE(says(wrong("opensh"), "did you mean \"openssh\"?"));
  EXPECT_TRUE(
      says(wrong("openssh,server_alive_countmx=3"), "did you mean \"server_alive_count_max\""));
  EXPECT_TRUE(says(wrong("openssh=60"), "did you mean \"60s\"?"));
  EXPECT_TRUE(says(wrong("openssh=1500ms"), "whole seconds"));
  EXPECT_TRUE(says(wrong("grpc=9s"), "from 10s"));
  EXPECT_TRUE(says(wrong("openssh,server_alive_count_max=-1"), "a whole number from 0"));
  EXPECT_TRUE(says(wrong("openssh,transport=udp"), "does not work over \"udp\""));
  EXPECT_TRUE(says(wrong("openvpn=30s,keepalive_timeout=59s"), "at least twice"));
  EXPECT_TRUE(says(wrong("silent=3s"), "it has no interval"));
  EXPECT_TRUE(says(wrong(""), "there is no strategy \"\""));
  EXPECT_EQ(wrong("openvpn=30s,keepalive_timeout=60s"), "none");
  EXPECT_EQ(wrong("grpc=10s"), "none");
}

TEST(StrategyChoice, IsFoundInAConnectionOfAScenario) {
  const Scenario scenario = right(R"({"connections": [
    {"name": "a", "strategy": {"ssh": {"client_alive_interval": "30s"}}},
    {"name": "b", "strategy": {"tcp_keepalive": {"idle": "50s", "interval": "20s"}}},
    {"name": "c"}]})");
  const auto server = strategy_of(scenario.connections[0]);
  ASSERT_TRUE(server);
  EXPECT_EQ(server->recipe->name, "sshd");
  EXPECT_EQ(server->usual(), 30s);
  const auto kernel = strategy_of(scenario.connections[1]);
  ASSERT_TRUE(kernel);
  EXPECT_EQ(kernel->at(10s).span("interval"), 20s);
  EXPECT_FALSE(strategy_of(scenario.connections[2]));
}

}  // namespace
}  // namespace stayalive
