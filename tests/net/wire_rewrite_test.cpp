// SPDX-License-Identifier: Apache-2.0
#include "net/wire_rewrite.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

#include "base/random.h"
#include "net/wire.h"

namespace stayalive {
namespace {

std::vector<std::uint8_t> written(const Packet& packet) {
  std::vector<std::uint8_t> payload(packet.protocol == Protocol::Icmp ? 0 : packet.payload);
  for (std::size_t i = 0; i < payload.size(); ++i) payload[i] = static_cast<std::uint8_t>(i * 37);
  std::vector<std::uint8_t> bytes(ip_bytes(packet));
  encode(packet, {}, payload, bytes);
  return bytes;
}

Packet some_packet(Random& random, Protocol protocol) {
  Packet packet;
  packet.protocol = protocol;
  const auto endpoint = [&] {
    return Endpoint{
        AddressId{static_cast<std::uint32_t>(random.up_to(Duration{0xffff'fffe}).count())},
        static_cast<std::uint16_t>(random.up_to(Duration{0xffff}).count())};
  };
  packet.set_source(endpoint());
  packet.set_destination(endpoint());
  packet.flags = tcp_flag::kAck;
  packet.payload = static_cast<std::uint16_t>(random.up_to(Duration{31}).count());
  return packet;
}

TEST(WireRewrite, GivesTheSameBytesAsWritingTheOtherPacket) {
  Random random(7, "rewrite", "test");
  for (int i = 0; i < 2000; ++i) {
    const Protocol protocol = i % 2 == 0 ? Protocol::Tcp : Protocol::Udp;
    const Packet before = some_packet(random, protocol);
    Packet after = before;
    const Packet other = some_packet(random, protocol);
    if (i % 3 != 0) after.set_source(other.source());
    if (i % 3 != 1) after.set_destination(other.destination());
    std::vector<std::uint8_t> bytes = written(before);
    rewrite(bytes, before, after);
    ASSERT_EQ(bytes, written(after)) << i;
  }
}

TEST(WireRewrite, ChangesWhatAnIcmpErrorQuotes) {
  Random random(8, "rewrite", "test");
  for (int i = 0; i < 500; ++i) {
    const Packet original = some_packet(random, i % 2 == 0 ? Protocol::Tcp : Protocol::Udp);
    const Packet before = icmp_error(ipv4(192, 0, 2, 1), Unreachable::Port, original);
    Packet after = before;
    after.destination_address = ipv4(10, 0, 0, 2);
    QuotedPacket quote = quoted(after);
    quote.source = {ipv4(10, 0, 0, 2), 40000};
    set_quoted(after, quote);
    std::vector<std::uint8_t> bytes = written(before);
    rewrite(bytes, before, after);
    ASSERT_EQ(bytes, written(after)) << i;
  }
}

TEST(WireRewrite, LeavesAWrongChecksumWrongAndAMissingOneMissing) {
  Packet packet;
  packet.set_source({ipv4(10, 0, 0, 2), 40000});
  packet.set_destination({ipv4(203, 0, 113, 10), 53});
  packet.payload = 5;
  Packet after = packet;
  after.set_source({ipv4(198, 51, 100, 1), 1024});
  std::vector<std::uint8_t> wrong = written(packet);
  wrong[30] ^= 1;  // the payload is another than the checksum says
  rewrite(wrong, packet, after);
  EXPECT_EQ(decode(wrong, {}).error, WireError::BadChecksum);
  std::vector<std::uint8_t> without = written(packet);
  without[26] = without[27] = 0;
  rewrite(without, packet, after);
  EXPECT_EQ(without[26] | without[27], 0);
  EXPECT_EQ(decode(without, {}).packet.source(), after.source());
}

}  // namespace
}  // namespace stayalive
