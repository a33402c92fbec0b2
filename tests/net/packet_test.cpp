// SPDX-License-Identifier: Apache-2.0
#include "net/packet.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace stayalive {
namespace {

constexpr Endpoint kClient{ipv4(10, 0, 0, 2), 40000};
constexpr Endpoint kServer{ipv4(203, 0, 113, 10), 22};

Packet tcp(std::uint8_t flags, std::uint16_t payload = 0) {
  Packet packet;
  packet.protocol = Protocol::Tcp;
  packet.set_source(kClient);
  packet.set_destination(kServer);
  packet.flags = flags;
  packet.payload = payload;
  packet.notes.connection = ConnectionId{7};
  return packet;
}

TEST(Packet, KeepsItsEndpointsApart) {
  Packet packet;
  packet.set_source(kClient);
  packet.set_destination(kServer);
  EXPECT_EQ(packet.source(), kClient);
  EXPECT_EQ(packet.destination(), kServer);
}

TEST(Packet, SynAndFinOccupyOneNumberEach) {
  EXPECT_EQ(tcp(tcp_flag::kAck).sequence_length(), 0u);
  EXPECT_EQ(tcp(tcp_flag::kSyn).sequence_length(), 1u);
  EXPECT_EQ(tcp(tcp_flag::kFin | tcp_flag::kAck, 10).sequence_length(), 11u);
  EXPECT_EQ(tcp(tcp_flag::kRst).sequence_length(), 0u);
  EXPECT_EQ(tcp(tcp_flag::kPsh | tcp_flag::kAck, 65535).sequence_length(), 65535u);
}

TEST(Sequence, WrapsAround) {
  EXPECT_TRUE(sequence_before(1, 2));
  EXPECT_FALSE(sequence_before(2, 1));
  EXPECT_FALSE(sequence_before(5, 5));
  EXPECT_TRUE(sequence_before(0xffff'ffff, 0));
  EXPECT_FALSE(sequence_before(0, 0xffff'ffff));
  EXPECT_TRUE(sequence_before(0, 0x7fff'ffff));
  EXPECT_FALSE(sequence_before(0, 0x8000'0001));
}

TEST(IpBytes, AreThoseOfLinuxOnTheWire) {
  EXPECT_EQ(ip_bytes(tcp(tcp_flag::kAck)), 52u);
  EXPECT_EQ(ip_bytes(tcp(tcp_flag::kPsh | tcp_flag::kAck, 100)), 152u);
  EXPECT_EQ(ip_bytes(tcp(tcp_flag::kSyn)), 60u);
  EXPECT_EQ(ip_bytes(tcp(tcp_flag::kSyn | tcp_flag::kAck)), 60u);
  EXPECT_EQ(ip_bytes(tcp(tcp_flag::kRst)), 40u);
  Packet udp;
  EXPECT_EQ(ip_bytes(udp), 28u);
  udp.payload = 1;
  EXPECT_EQ(ip_bytes(udp), 29u);
  EXPECT_EQ(ip_bytes(icmp_error(kServer.address, Unreachable::Port, udp)), 56u);
}

TEST(IcmpError, GoesBackToTheSenderAndQuotesHisPacket) {
  const AddressId router = ipv4(192, 0, 2, 1);
  const Packet error = icmp_error(router, Unreachable::Host, tcp(tcp_flag::kAck, 5));
  EXPECT_EQ(error.protocol, Protocol::Icmp);
  EXPECT_EQ(error.notes.kind, PacketKind::IcmpError);
  EXPECT_EQ(error.source_address, router);
  EXPECT_EQ(error.destination_address, kClient.address);
  EXPECT_EQ(error.notes.connection, ConnectionId{7});
  const QuotedPacket quote = quoted(error);
  EXPECT_EQ(quote.source, kClient);
  EXPECT_EQ(quote.destination, kServer);
  EXPECT_EQ(quote.protocol, Protocol::Tcp);
  EXPECT_EQ(quote.code, Unreachable::Host);
}

TEST(IcmpError, GivesBackEveryQuoteThatWasSet) {
  Packet error = icmp_error(ipv4(192, 0, 2, 1), Unreachable::Port, tcp(tcp_flag::kAck));
  for (const Protocol protocol : {Protocol::Tcp, Protocol::Udp, Protocol::Icmp}) {
    for (const Unreachable code : {Unreachable::Network, Unreachable::Host, Unreachable::Port}) {
      const QuotedPacket quote{
          {ipv4(255, 255, 255, 254), 65535}, {ipv4(0, 0, 0, 1), 0}, protocol, code};
      set_quoted(error, quote);
      const QuotedPacket read = quoted(error);
      EXPECT_EQ(read.source, quote.source);
      EXPECT_EQ(read.destination, quote.destination);
      EXPECT_EQ(read.protocol, quote.protocol);
      EXPECT_EQ(read.code, quote.code);
      EXPECT_EQ(error.source_address, ipv4(192, 0, 2, 1)) << "a NAT rewrites quote and header";
    }
  }
}

TEST(IcmpErrorDeathTest, NothingElseQuotesAPacket) {
  Packet packet = tcp(tcp_flag::kAck);
  EXPECT_DEATH(quoted(packet), "only an ICMP error quotes");
  EXPECT_DEATH(set_quoted(packet, {}), "only an ICMP error quotes");
}

TEST(PacketText, ReadsLikeACapture) {
  Packet packet = tcp(tcp_flag::kPsh | tcp_flag::kAck, 52);
  packet.sequence = 1;
  packet.acknowledgment = 9;
  EXPECT_EQ(print_packet(packet), "10.0.0.2:40000 > 203.0.113.10:22 tcp [PA] seq 1 ack 9 len 52");
  packet.flags = tcp_flag::kSyn;
  packet.payload = 0;
  EXPECT_EQ(print_packet(packet), "10.0.0.2:40000 > 203.0.113.10:22 tcp [S] seq 1 len 0");
  packet.flags = 0;
  EXPECT_EQ(print_packet(packet), "10.0.0.2:40000 > 203.0.113.10:22 tcp [none] seq 1 len 0");
  packet.flags = 0x3f;
  EXPECT_EQ(print_packet(packet),
            "10.0.0.2:40000 > 203.0.113.10:22 tcp [SFRPUA] seq 1 ack 9 len 0");
  packet.protocol = Protocol::Udp;
  packet.payload = 16;
  EXPECT_EQ(print_packet(packet), "10.0.0.2:40000 > 203.0.113.10:22 udp len 16");
  EXPECT_EQ(print_packet(icmp_error(ipv4(192, 0, 2, 1), Unreachable::Port, packet)),
            "192.0.2.1 > 10.0.0.2 icmp unreachable for 10.0.0.2:40000 > 203.0.113.10:22");
}

TEST(PacketKind, EveryKindHasANameOfItsOwn) {
  std::set<std::string> names;
  for (int kind = 0; kind <= static_cast<int>(PacketKind::IcmpError); ++kind) {
    names.insert(name(static_cast<PacketKind>(kind)));
  }
  EXPECT_EQ(names.size(), 12u);
  EXPECT_FALSE(names.contains("unknown"));
}

}  // namespace
}  // namespace stayalive
