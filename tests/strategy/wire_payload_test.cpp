// SPDX-License-Identifier: Apache-2.0
#include "strategy/wire_payload.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <vector>

#include "base/big_endian.h"
#include "net/wire.h"

namespace stayalive {
namespace {

using PayloadBytes = std::vector<std::uint8_t>;

Packet carried(Protocol protocol, std::uint16_t bytes) {
  Packet packet;
  packet.protocol = protocol;
  packet.set_source({ipv4(10, 0, 0, 2), 40000});
  packet.set_destination({ipv4(192, 0, 2, 1), 32853});
  packet.payload = bytes;
  packet.content = {StreamId{3}, 1};
  return packet;
}

PayloadBytes payload_of(const char* strategy, const Packet& packet, const Message* message) {
  PayloadBytes bytes(packet.payload);
  const StrategyKind& kind = *find_strategy(strategy);
  write_payload(kind, kind.payload, packet, message, bytes);
  return bytes;
}

TEST(WirePayload, WhatIsInsideOfTlsIsNoText) {
  const Packet packet = carried(Protocol::Tcp, 200);
  const auto readable = [](const PayloadBytes& bytes) {
    return std::ranges::all_of(bytes, [](std::uint8_t byte) {
      return byte == '\n' || byte == '\r' || (byte >= ' ' && byte < 127);
    });
  };
  EXPECT_TRUE(readable(payload_of("http", packet, nullptr)));
  PayloadBytes hidden(packet.payload);
  write_payload(*find_strategy("http"), PayloadStyle::Ciphertext, packet, nullptr, hidden);
  EXPECT_FALSE(readable(hidden));
}

TEST(WirePayload, EveryStrategyFillsDatagramsAndSegmentsOfAnySize) {
  for (const StrategyKind* kind : strategies()) {
    for (const Protocol protocol : {Protocol::Tcp, Protocol::Udp}) {
      for (std::uint16_t size = 0; size < 64; ++size) {
        for (const MessageKind meant :
             {MessageKind::Application, MessageKind::Request, MessageKind::Reply, MessageKind::Ping,
              MessageKind::Control, MessageKind::Goodbye}) {
          const Message message{
              .kind = meant, .subtype = static_cast<std::uint8_t>(size), .bytes = size};
          const Packet packet = carried(protocol, size);
          const PayloadBytes bytes = payload_of(kind->name.data(), packet, &message);
          std::vector<std::uint8_t> out(ip_bytes(packet));
          EXPECT_EQ(encode(packet, {}, bytes, out), out.size());
        }
      }
    }
  }
}

TEST(WirePayload, ASegmentSentAgainInHalvesCarriesTheSameBytes) {
  Packet whole = carried(Protocol::Tcp, 100);
  whole.sequence = 1'000;
  PayloadBytes first = payload_of("ssh", carried(Protocol::Tcp, 0), nullptr);
  Packet half = carried(Protocol::Tcp, 40);
  half.sequence = 1'000;
  first = payload_of("ssh", half, nullptr);
  half.sequence = 1'040;
  half.payload = 60;
  const PayloadBytes second = payload_of("ssh", half, nullptr);
  first.insert(first.end(), second.begin(), second.end());
  EXPECT_EQ(first, payload_of("ssh", whole, nullptr));
}

// What a NAT changes does not show in the payload.
TEST(WirePayload, ATranslatedPacketCarriesTheSameBytes) {
  Packet outside = carried(Protocol::Udp, 100);
  const Message message{.bytes = 100};
  const PayloadBytes inside = payload_of("openvpn", outside, &message);
  outside.set_source({ipv4(198, 51, 100, 1), 1024});
  EXPECT_EQ(payload_of("openvpn", outside, &message), inside);
}

// ssl_pkt.h of OpenVPN 2.6: the opcode lies in the upper five bits.
TEST(WirePayload, OpenvpnBeginsWithItsOpcode) {
  const auto opcode = [](MessageKind kind, int subtype) {
    const Message message{.kind = kind, .subtype = static_cast<std::uint8_t>(subtype)};
    return payload_of("openvpn", carried(Protocol::Udp, 60), &message)[0] >> 3;
  };
  EXPECT_EQ(opcode(MessageKind::Control, 0), 7) << "hard reset of the client";
  EXPECT_EQ(opcode(MessageKind::Control, 1), 8) << "hard reset of the server";
  EXPECT_EQ(opcode(MessageKind::Control, 2), 4) << "control";
  EXPECT_EQ(opcode(MessageKind::Control, 7), 5) << "acknowledgement";
  EXPECT_EQ(opcode(MessageKind::Control, 16), 3) << "soft reset by the client";
  EXPECT_EQ(opcode(MessageKind::Control, 33), 3) << "its answer to one by the server";
  EXPECT_EQ(opcode(MessageKind::Control, 34), 5);
  EXPECT_EQ(opcode(MessageKind::Ping, 0), 9) << "data";
}

// The transformed address of RFC 5769, section 2.2: 192.0.2.1, port 32853.
TEST(WirePayload, StunSaysWhereItsAnswerGoes) {
  const Message reply{.kind = MessageKind::Reply, .bytes = 32};
  const PayloadBytes bytes = payload_of("stun", carried(Protocol::Udp, 32), &reply);
  const std::array<std::uint8_t, 8> header{0x01, 0x01, 0x00, 0x0c, 0x21, 0x12, 0xa4, 0x42};
  EXPECT_TRUE(std::equal(header.begin(), header.end(), bytes.begin()));
  const std::array<std::uint8_t, 12> mapped{0x00, 0x20, 0x00, 0x08, 0x00, 0x01,
                                            0xa1, 0x47, 0xe1, 0x12, 0xa6, 0x43};
  EXPECT_TRUE(std::equal(mapped.begin(), mapped.end(), bytes.begin() + 20));
  const Message ping{.kind = MessageKind::Ping, .bytes = 20};
  EXPECT_EQ(big16(payload_of("stun", carried(Protocol::Udp, 20), &ping).data()), 0x0011);
}

}  // namespace
}  // namespace stayalive
