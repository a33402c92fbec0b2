// SPDX-License-Identifier: Apache-2.0
// Every message of the exchanges of OpenVPN, as OpenVPN 2.6.14 was recorded with TLS 1.3 and P-256
// certificates.
#include <gtest/gtest.h>

#include <deque>
#include <string>
#include <utility>

#include "strategy/openvpn/openvpn_exchange.h"
#include "support/fake_channel.h"

namespace stayalive {
namespace {

// "C14 S26": which end sends how many bytes, when nothing is lost.
std::string whole_exchange(OpenvpnExchange::Kind kind, Transport transport) {
  OpenvpnExchange ends[]{{kind, Role::Client, transport}, {kind, Role::Server, transport}};
  FakeChannel channels[2];
  std::deque<std::pair<std::size_t, Message>> travelling;
  std::string told;
  for (const std::size_t from : {std::size_t{0}, std::size_t{1}}) {
    channels[from].wire = [&travelling, &told, from](const Message& message) {
      told += (told.empty() ? "" : " ") + std::string(from == 0 ? "C" : "S") +
              std::to_string(message.bytes);
      travelling.emplace_back(1 - from, message);
    };
  }
  ends[kind == OpenvpnExchange::Kind::ServerRenegotiation ? 1 : 0].begin(
      0, channels[kind == OpenvpnExchange::Kind::ServerRenegotiation ? 1 : 0]);
  while (!travelling.empty()) {
    const auto [to, message] = travelling.front();
    travelling.pop_front();
    ends[to].receive(message, 0, channels[to]);
  }
  EXPECT_TRUE(ends[0].agreed());
  EXPECT_TRUE(ends[1].agreed());
  EXPECT_EQ(ends[0].repeat_second(), INT64_MAX) << "nothing is left to repeat";
  EXPECT_EQ(ends[1].repeat_second(), INT64_MAX);
  return told;
}

TEST(OpenvpnSteps, AHandshakeHasElevenMessages) {
  EXPECT_EQ(whole_exchange(OpenvpnExchange::Kind::Handshake, Transport::Udp),
            "C14 S26 C303 S834 C1036 S188 S230 C30 C34 S245 C34");
  EXPECT_EQ(whole_exchange(OpenvpnExchange::Kind::Handshake, Transport::Tcp),
            "C16 S28 C305 S836 C1038 S190 S232 C32 C36 S247 C36");
}

TEST(OpenvpnSteps, NewKeysHaveNineMessagesOrTenByWhoAsksForThem) {
  EXPECT_EQ(whole_exchange(OpenvpnExchange::Kind::ClientRenegotiation, Transport::Udp),
            "C54 S66 C343 S878 C1076 S232 S274 C70 C74");
  EXPECT_EQ(whole_exchange(OpenvpnExchange::Kind::ServerRenegotiation, Transport::Udp),
            "S54 C66 S62 C343 S878 C1076 S232 S274 C70 C74");
}

}  // namespace
}  // namespace stayalive
