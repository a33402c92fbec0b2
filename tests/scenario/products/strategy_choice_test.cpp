// SPDX-License-Identifier: Apache-2.0
#include "scenario/products/strategy_choice.h"

#include <gtest/gtest.h>

#include "scenario/products/products.h"
#include "support/says.h"

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
      says(wrong("openssh,server_alive_countmx=3"), "did you mean \"ServerAliveCountMax\""));
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

std::string all_lines(const std::string& text) {
  const StrategyChoice chosen = choice(text);
  std::string all;
  for (const auto& [where, lines] : chosen.pastes(60s)) all += "# " + where + "\n" + lines;
  for (const std::string& left : chosen.unsaid()) all += "unsaid " + left + "\n";
  return all;
}

TEST(StrategyChoice, LinesToPasteAreThoseOfTheEndsThatAct) {
  EXPECT_EQ(all_lines("postgresql"),
            "# connection string of libpq\n"
            "keepalives=1 keepalives_idle=60 keepalives_interval=60 keepalives_count=9\n");
  EXPECT_EQ(all_lines("postgresql,side=both,user_timeout=30s"),
            "# connection string of libpq\n"
            "keepalives=1 keepalives_idle=60 keepalives_interval=60 keepalives_count=9 "
            "tcp_user_timeout=30000\n"
            "# postgresql.conf of the server\n"
            "tcp_keepalives_idle = 60\ntcp_keepalives_interval = 60\n"
            "tcp_keepalives_count = 9\ntcp_user_timeout = 30000\n");
  EXPECT_FALSE(says(all_lines("postgresql,side=server"), "libpq"));
  EXPECT_TRUE(says(all_lines("websocket"), "connect(uri, ping_interval=60, ping_timeout=20)"));
  EXPECT_FALSE(says(all_lines("websocket"), "serve("));
  EXPECT_TRUE(says(all_lines("websocket,from=server"), "serve(handler, host, port, "));
  EXPECT_FALSE(says(all_lines("websocket,from=server"), "connect("));
  EXPECT_TRUE(says(all_lines("tcp"), "sysctl.conf of both ends"));
  EXPECT_TRUE(says(all_lines("tcp,side=client"), "sysctl.conf of the client"));
  EXPECT_TRUE(says(all_lines("openssh,client_alive_interval=90s"), "ClientAliveInterval 90"));
  EXPECT_TRUE(says(all_lines("openvpn,transport=tcp"), "proto tcp-client"));
}

TEST(StrategyChoice, WhatWasGivenAndNoLineSaysIsNamed) {
  EXPECT_TRUE(says(all_lines("openssh,cipher=aes-gcm"), "unsaid cipher=aes-gcm\n"));
  EXPECT_TRUE(says(all_lines("redis,count=5"), "unsaid count=5\n"));
  EXPECT_TRUE(says(all_lines("ice,from=client"), "unsaid from=client\n"));
  // What lines or the recipe itself say is not repeated.
  EXPECT_FALSE(says(all_lines("openssh,server_alive_count_max=5,tcp_keepalive=false"), "unsaid"));
  EXPECT_FALSE(says(all_lines("redis,side=both"), "unsaid"));
}

TEST(StrategyChoice, ThoseOfGrpcFollowTheKeepaliveTimeout) {
  EXPECT_EQ(choice("grpc").at(5min).span("user_timeout"), 20s);
  EXPECT_EQ(choice("grpc,retry_interval=3s").at(5min).span("user_timeout"), 3s);
  EXPECT_EQ(choice("grpc,retry_interval=3s,user_timeout=9s").at(5min).span("user_timeout"), 9s);
}

TEST(StrategyChoice, SpansMayBeNumbersOfTheProductsUnits) {
  EXPECT_EQ(choice("openssh,ServerAliveInterval=45").usual(), 45s);
  EXPECT_EQ(choice("wireguard,PersistentKeepalive=25").usual(), 25s);
  EXPECT_EQ(choice("grpc,keepalive_time_ms=30000").usual(), 30s);
  EXPECT_EQ(choice("grpc,keepalive_timeout_ms=1500").options.span("retry_interval"), 1500ms);
  EXPECT_TRUE(says(wrong("wireguard,PersistentKeepalive=65536"), "to 18h12m15s, or 0"));
  EXPECT_EQ(wrong("wireguard,PersistentKeepalive=65535"), "none");
  EXPECT_TRUE(says(wrong("wireguard,PersistentKeepaliv=25"), "did you mean"));
}

TEST(StrategyChoice, WhoIsToldToSendNothingIsPlayedBySilence) {
  EXPECT_EQ(choice("websocket=0s").json(0s), R"({"silent": {}})");
  EXPECT_EQ(choice("openssh=0s").json(0s), R"({"ssh": {"server_alive_interval": "0s"}})")
      << "OpenSSH's server still sets SO_KEEPALIVE";
  EXPECT_EQ(choice("wireguard").as_shipped(), 0s);
  EXPECT_EQ(choice("wireguard").usual(), 25s) << "what its documents propose";
  EXPECT_EQ(choice("mqtt").as_shipped(), 60s);
  EXPECT_TRUE(says(wrong("websocket=500ms"), "whole seconds from 1s"));
}

}  // namespace
}  // namespace stayalive
