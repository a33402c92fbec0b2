// SPDX-License-Identifier: Apache-2.0
#include "net/reset.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

Packet segment(std::uint8_t flags, std::uint16_t payload = 0) {
  Packet packet;
  packet.protocol = Protocol::Tcp;
  packet.set_source({ipv4(10, 0, 0, 2), 40000});
  packet.set_destination({ipv4(203, 0, 113, 10), 22});
  packet.notes.connection = ConnectionId{3};
  packet.flags = flags;
  packet.sequence = 1000;
  packet.acknowledgment = 5000;
  packet.payload = payload;
  packet.content = {StreamId{4}, 9};
  return packet;
}

TEST(Reset, TakesItsNumberFromTheAcknowledgment) {
  const auto reset = reset_for(segment(tcp_flag::kPsh | tcp_flag::kAck, 100));
  ASSERT_TRUE(reset);
  EXPECT_EQ(reset->flags, tcp_flag::kRst);
  EXPECT_EQ(reset->sequence, 5000u);
  EXPECT_EQ(reset->payload, 0u);
}

TEST(Reset, AcknowledgesEverythingWhereThereIsNoAcknowledgment) {
  const auto for_syn = reset_for(segment(tcp_flag::kSyn));
  ASSERT_TRUE(for_syn);
  EXPECT_EQ(for_syn->flags, tcp_flag::kRst | tcp_flag::kAck);
  EXPECT_EQ(for_syn->sequence, 0u);
  EXPECT_EQ(for_syn->acknowledgment, 1001u);
  const auto for_data = reset_for(segment(tcp_flag::kFin, 10));
  ASSERT_TRUE(for_data);
  EXPECT_EQ(for_data->acknowledgment, 1011u);
}

TEST(Reset, AcknowledgmentWraps) {
  Packet last = segment(tcp_flag::kSyn);
  last.sequence = 0xffff'ffff;
  const auto reset = reset_for(last);
  ASSERT_TRUE(reset);
  EXPECT_EQ(reset->acknowledgment, 0u);
}

TEST(Reset, GoesBackWhereTheSegmentCameFrom) {
  const auto reset = reset_for(segment(tcp_flag::kAck));
  ASSERT_TRUE(reset);
  EXPECT_EQ(print_endpoint(reset->source()), "203.0.113.10:22");
  EXPECT_EQ(print_endpoint(reset->destination()), "10.0.0.2:40000");
  EXPECT_EQ(reset->notes.kind, PacketKind::Reset);
  EXPECT_EQ(reset->notes.connection, ConnectionId{3});
  EXPECT_EQ(reset->content, Content{}) << "a reset says nothing of anybody's";
}

TEST(Reset, NothingAnswersAResetOrAnotherProtocol) {
  EXPECT_FALSE(reset_for(segment(tcp_flag::kRst)));
  EXPECT_FALSE(reset_for(segment(tcp_flag::kRst | tcp_flag::kAck)));
  Packet datagram = segment(0);
  datagram.protocol = Protocol::Udp;
  EXPECT_FALSE(reset_for(datagram));
  datagram.protocol = Protocol::Icmp;
  EXPECT_FALSE(reset_for(datagram));
}

}  // namespace
}  // namespace stayalive
