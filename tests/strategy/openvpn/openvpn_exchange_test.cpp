// SPDX-License-Identifier: Apache-2.0
#include "strategy/openvpn/openvpn_exchange.h"

#include <gtest/gtest.h>

#include "support/fake_channel.h"

namespace stayalive {
namespace {

using Kind = OpenvpnExchange::Kind;

Message step(Kind kind, int number) {
  return {.kind = MessageKind::Control,
          .subtype = static_cast<std::uint8_t>(static_cast<int>(kind) * 16 + number)};
}

TEST(OpenvpnExchange, KnowsItsMessages) {
  EXPECT_EQ(OpenvpnExchange::kind_of(step(Kind::ServerRenegotiation, 3)),
            Kind::ServerRenegotiation);
  EXPECT_TRUE(OpenvpnExchange::begins(step(Kind::ClientRenegotiation, 0)));
  EXPECT_FALSE(OpenvpnExchange::begins(step(Kind::ClientRenegotiation, 1)));
}

// OpenVPN 2.6.14 on a dead path: hard resets at 0, +2.0, +6.0 and +14 s.
TEST(OpenvpnExchange, RepeatsAfterDoublingPauses) {
  FakeChannel channel;
  OpenvpnExchange exchange(Kind::Handshake, Role::Client, Transport::Udp);
  exchange.begin(100, channel);
  EXPECT_EQ(channel.take_lines(), Lines{"0.000 control 14"});
  for (const std::int64_t second : {102, 106, 114, 130, 162}) {
    EXPECT_EQ(exchange.repeat_second(), second);
    exchange.repeat(second - 1, channel);
    EXPECT_EQ(channel.take_lines(), Lines{});
    exchange.repeat(second, channel);
    EXPECT_EQ(channel.take_lines(), Lines{"0.000 control 14"});
  }
}

TEST(OpenvpnExchange, StopsRepeatingOnceAnswered) {
  FakeChannel channel;
  OpenvpnExchange exchange(Kind::Handshake, Role::Client, Transport::Udp);
  exchange.begin(0, channel);
  exchange.receive(step(Kind::Handshake, 1), 1, channel);
  EXPECT_EQ(channel.take_lines(), (Lines{"0.000 control 14", "0.000 control 303"}));
  EXPECT_EQ(exchange.repeat_second(), 3);
}

TEST(OpenvpnExchange, LeavesRepeatingToTcp) {
  FakeChannel channel;
  OpenvpnExchange exchange(Kind::Handshake, Role::Client, Transport::Tcp);
  exchange.begin(0, channel);
  EXPECT_EQ(channel.take_lines(), Lines{"0.000 control 16"});
  EXPECT_EQ(exchange.repeat_second(), INT64_MAX);
}

TEST(OpenvpnExchange, AnswersEveryHardResetUntilTheClientGoesOn) {
  FakeChannel channel;
  OpenvpnExchange exchange(Kind::Handshake, Role::Server, Transport::Udp);
  exchange.receive(step(Kind::Handshake, 0), 0, channel);
  exchange.receive(step(Kind::Handshake, 0), 2, channel);
  EXPECT_EQ(channel.take_lines(), (Lines{"0.000 control 26", "0.000 control 26"}));
  exchange.receive(step(Kind::Handshake, 2), 3, channel);
  exchange.receive(step(Kind::Handshake, 0), 4, channel);
  EXPECT_EQ(channel.take_lines(), Lines{"0.000 control 834"});
}

TEST(OpenvpnExchange, IgnoresAnswersThatSkipAStep) {
  FakeChannel channel;
  OpenvpnExchange exchange(Kind::Handshake, Role::Client, Transport::Udp);
  exchange.begin(0, channel);
  exchange.receive(step(Kind::Handshake, 3), 1, channel);
  EXPECT_EQ(channel.take_lines(), Lines{"0.000 control 14"});
  EXPECT_EQ(exchange.repeat_second(), 2);
}

TEST(OpenvpnExchange, AcknowledgesAgainWhatComesAgain) {
  FakeChannel channel;
  OpenvpnExchange exchange(Kind::Handshake, Role::Client, Transport::Udp);
  exchange.begin(0, channel);
  for (const int number : {1, 3, 5, 6}) {
    exchange.receive(step(Kind::Handshake, number), 1, channel);
  }
  EXPECT_FALSE(exchange.agreed());
  static_cast<void>(channel.take_lines());
  exchange.receive(step(Kind::Handshake, 6), 3, channel);
  EXPECT_EQ(channel.take_lines(), (Lines{"0.000 control 30", "0.000 control 34"}));
  exchange.receive(step(Kind::Handshake, 9), 4, channel);
  EXPECT_TRUE(exchange.agreed());
  EXPECT_EQ(channel.take_lines(), Lines{"0.000 control 34"});
  exchange.receive(step(Kind::Handshake, 9), 6, channel);
  EXPECT_EQ(channel.take_lines(), Lines{"0.000 control 34"});
  EXPECT_EQ(exchange.repeat_second(), INT64_MAX);
}

TEST(OpenvpnExchange, DoesWithoutAnAcknowledgementThatALaterOneCovers) {
  FakeChannel channel;
  OpenvpnExchange exchange(Kind::Handshake, Role::Server, Transport::Udp);
  for (const int number : {0, 2, 4}) {
    exchange.receive(step(Kind::Handshake, number), 0, channel);
  }
  static_cast<void>(channel.take_lines());
  EXPECT_EQ(exchange.repeat_second(), 2);
  exchange.receive(step(Kind::Handshake, 8), 1, channel);
  EXPECT_EQ(channel.take_lines(), Lines{"0.000 control 245"});
  EXPECT_TRUE(exchange.agreed());
}

}  // namespace
}  // namespace stayalive
