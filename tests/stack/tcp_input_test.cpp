// SPDX-License-Identifier: Apache-2.0
// One connection against scripted segments.
#include <gtest/gtest.h>

#include "base/text.h"
#include "stack/tcp_connection.h"

namespace stayalive::test {
namespace {

// An established client: its next octet is 101, the peer's is 501, the peer's window 10,000.
class Scripted {
 public:
  explicit Scripted(const TcpConfig& config = {}) : config_(config) {
    connection.open(kStart, out);
    Packet answer = segment(tcp_flag::kSyn | tcp_flag::kAck, 500, 101);
    inject(answer, kStart + 1ms);
    out.clear();
  }
  Packet segment(std::uint8_t flags, std::uint32_t sequence, std::uint32_t acknowledgment,
                 std::uint16_t payload = 0) const {
    Packet packet;
    packet.protocol = Protocol::Tcp;
    packet.set_source({ipv4(203, 0, 113, 10), 22});
    packet.set_destination({ipv4(10, 0, 0, 2), 40000});
    packet.flags = flags;
    packet.sequence = sequence;
    packet.acknowledgment = acknowledgment;
    packet.payload = payload;
    packet.window = 10'000;
    return packet;
  }
  void inject(const Packet& packet, TimePoint now) { connection.receive(packet, now, out); }

  TcpConfig config_;
  TcpConnection connection{config_,
                           {ipv4(10, 0, 0, 2), 40000},
                           {ipv4(203, 0, 113, 10), 22},
                           {StreamId{6}, ConnectionId{3}},
                           100};
  TcpOutbox out;
};

constexpr TimePoint kNow = kStart + 1s;

TEST(TcpInput, AResetAtExactlyTheNextNumberEndsTheConnection) {
  Scripted peer;
  peer.inject(peer.segment(tcp_flag::kRst, 501, 0), kNow);
  EXPECT_EQ(peer.connection.state(), TcpState::Closed);
  ASSERT_EQ(peer.out.events.size(), 1u);
  EXPECT_EQ(peer.out.events[0].error, SocketError::Reset);
  EXPECT_TRUE(peer.out.packets.empty());
  EXPECT_EQ(peer.connection.next_deadline(), kNever);
}

TEST(TcpInput, AResetElsewhereInTheWindowIsChallenged) {
  for (const std::uint32_t sequence : {502u, 501u + 65'536u}) {
    Scripted peer;
    peer.inject(peer.segment(tcp_flag::kRst, sequence, 0), kNow);
    EXPECT_EQ(peer.connection.state(), TcpState::Established);
    ASSERT_EQ(peer.out.packets.size(), 1u);
    EXPECT_EQ(peer.out.packets[0].notes.kind, PacketKind::ChallengeAck);
    EXPECT_EQ(peer.out.packets[0].acknowledgment, 501u);
  }
}

TEST(TcpInput, AResetOutsideTheWindowIsIgnored) {
  for (const std::uint32_t sequence : {500u, 501u + 65'537u}) {
    Scripted peer;
    peer.inject(peer.segment(tcp_flag::kRst, sequence, 0), kNow);
    EXPECT_EQ(peer.connection.state(), TcpState::Established);
    EXPECT_TRUE(peer.out.packets.empty());
  }
}

TEST(TcpInput, AfterTheFinAResetMayComeOneNumberEarlyAndReadsAsBrokenPipe) {
  Scripted peer;
  peer.inject(peer.segment(tcp_flag::kFin | tcp_flag::kAck, 501, 101), kNow);
  EXPECT_EQ(peer.connection.state(), TcpState::CloseWait);
  peer.out.clear();
  peer.inject(peer.segment(tcp_flag::kRst, 501, 0), kNow + 1ms);
  EXPECT_EQ(peer.connection.state(), TcpState::Closed);
  ASSERT_EQ(peer.out.events.size(), 1u);
  EXPECT_EQ(peer.out.events[0].error, SocketError::BrokenPipe);
}

TEST(TcpInput, ASynIsChallengedAtMostTwiceASecond) {
  Scripted peer;
  const Packet syn = peer.segment(tcp_flag::kSyn, 9000, 0);
  peer.inject(syn, kNow);
  EXPECT_EQ(peer.out.packets.size(), 1u);
  peer.inject(syn, kNow + 500ms - 1ns);
  EXPECT_EQ(peer.out.packets.size(), 1u);
  peer.inject(syn, kNow + 500ms);
  EXPECT_EQ(peer.out.packets.size(), 2u);
  EXPECT_EQ(peer.out.packets[1].notes.kind, PacketKind::ChallengeAck);
}

TEST(TcpInput, AProbeOnePositionBackIsAnsweredAtOnce) {
  Scripted peer;
  peer.inject(peer.segment(tcp_flag::kAck, 500, 101), kNow);
  ASSERT_EQ(peer.out.packets.size(), 1u);
  EXPECT_EQ(peer.out.packets[0].notes.kind, PacketKind::KeepaliveAnswer);
  EXPECT_EQ(peer.out.packets[0].sequence, 101u);
  EXPECT_EQ(peer.out.packets[0].acknowledgment, 501u);
  EXPECT_EQ(peer.out.packets[0].notes.connection, ConnectionId{3});
}

TEST(TcpInput, OldDataIsAnsweredWithoutALimit) {
  Scripted peer;
  peer.inject(peer.segment(tcp_flag::kAck | tcp_flag::kPsh, 400, 101, 50), kNow);
  peer.inject(peer.segment(tcp_flag::kAck | tcp_flag::kPsh, 400, 101, 50), kNow + 1ms);
  EXPECT_EQ(peer.out.packets.size(), 2u);
  EXPECT_TRUE(peer.out.events.empty());
}

TEST(TcpInput, AnAcknowledgmentOfWhatWasNeverSentIsDropped) {
  Scripted peer;
  peer.inject(peer.segment(tcp_flag::kAck | tcp_flag::kPsh, 501, 102, 10), kNow);
  EXPECT_TRUE(peer.out.packets.empty());
  EXPECT_TRUE(peer.out.events.empty());
}

TEST(TcpInput, AnAncientAcknowledgmentIsChallengedAndARecentOneCarriesItsData) {
  Scripted peer;
  Packet data = peer.segment(tcp_flag::kAck | tcp_flag::kPsh, 501, 101u - 10'001u, 10);
  peer.inject(data, kNow);
  ASSERT_EQ(peer.out.packets.size(), 1u);
  EXPECT_EQ(peer.out.packets[0].notes.kind, PacketKind::ChallengeAck);
  EXPECT_TRUE(peer.out.events.empty());
  data.acknowledgment = 101u - 10'000u;
  data.content.message = 1;
  peer.inject(data, kNow + 1ms);
  ASSERT_EQ(peer.out.events.size(), 1u);
  EXPECT_EQ(peer.out.events[0].kind, TcpEvent::Kind::Delivered);
}

TEST(TcpInput, DataWithAnOldAcknowledgmentStillProvesThatThePeerLives) {
  TcpConfig config;
  config.keepalive = true;
  config.keepalive_idle = 3s;
  Scripted peer{config};
  peer.inject(peer.segment(tcp_flag::kAck | tcp_flag::kPsh, 501, 100, 10), kNow);
  peer.out.clear();
  peer.connection.expire(kNow + 3s - 1ns, peer.out);
  EXPECT_TRUE(peer.out.packets.empty());
  peer.connection.expire(kNow + 3s, peer.out);
  ASSERT_EQ(peer.out.packets.size(), 1u);
  EXPECT_EQ(peer.out.packets[0].notes.kind, PacketKind::KeepaliveProbe);
  EXPECT_EQ(peer.out.packets[0].sequence, 100u);
}

TEST(TcpInput, ASegmentWithoutAckIsDropped) {
  Scripted peer;
  peer.inject(peer.segment(tcp_flag::kPsh, 501, 0, 10), kNow);
  EXPECT_TRUE(peer.out.packets.empty());
  EXPECT_TRUE(peer.out.events.empty());
}

TEST(TcpInput, DataBeyondAClosedWindowIsRefusedAndAnswered) {
  TcpConfig config;
  config.receive_buffer = 100;
  Scripted peer{config};
  peer.connection.set_reading(false, kNow, peer.out);
  peer.inject(peer.segment(tcp_flag::kAck | tcp_flag::kPsh, 501, 101, 100), kNow);
  peer.out.clear();
  peer.inject(peer.segment(tcp_flag::kAck | tcp_flag::kPsh, 601, 101, 1), kNow + 1s);
  EXPECT_TRUE(peer.out.events.empty());
  ASSERT_FALSE(peer.out.packets.empty());
  EXPECT_EQ(peer.out.packets[0].acknowledgment, 601u);
  EXPECT_EQ(peer.out.packets[0].window, 0u);
}

TEST(TcpInput, TheHalfSecondLimitDoesNotStopAnswersToData) {
  Scripted peer;
  peer.inject(peer.segment(tcp_flag::kAck, 500, 101), kNow);
  peer.inject(peer.segment(tcp_flag::kAck, 500, 101), kNow + 1ms);
  EXPECT_EQ(peer.out.packets.size(), 1u);
  peer.inject(peer.segment(tcp_flag::kAck, 499, 101, 1), kNow + 2ms);
  EXPECT_EQ(peer.out.packets.size(), 2u);
}

// What the client has under way of what its program wrote.
std::uint32_t octets_in(const TcpOutbox& out) {
  std::uint32_t octets = 0;
  for (const Packet& packet : out.packets) octets += packet.payload;
  return octets;
}

TEST(TcpInput, AnAcknowledgmentOfASingleOctetTellsTheWindow) {
  Scripted peer;
  peer.inject(peer.segment(tcp_flag::kAck, 501, 101), kNow);
  peer.connection.send(1, 1, kNow, peer.out);
  Packet smaller = peer.segment(tcp_flag::kAck, 501, 102);
  smaller.window = 5000;
  peer.inject(smaller, kNow + 1ms);
  peer.out.clear();
  peer.connection.send(2, 8000, kNow + 2ms, peer.out);
  EXPECT_GT(octets_in(peer.out), 2 * 1448u);
  EXPECT_LE(octets_in(peer.out), 5000u);
}

TEST(TcpInput, APeerThatTookItsWindowBackIsAliveAsLongAsItSaysSo) {
  Scripted peer;
  const auto until = [&](TimePoint at) {
    while (peer.connection.next_deadline() <= at)
      peer.connection.expire(peer.connection.next_deadline(), peer.out);
  };
  const auto says_that_it_is_full = [&](TimePoint at) {
    until(at);
    Packet full = peer.segment(tcp_flag::kAck, 501, 101);
    full.window = 0;
    peer.inject(full, at);
  };
  peer.connection.send(1, 100, kNow, peer.out);
  for (Duration since = 10ms; since < 1000s; since += 100s) {
    says_that_it_is_full(kNow + since);
    ASSERT_EQ(peer.connection.state(), TcpState::Established) << print_duration(since);
  }
  // Its last word was at 900.01 s; twice rto_max later the next timeout ends it.
  until(kNow + 900s + 10ms + 240s);
  EXPECT_EQ(peer.connection.state(), TcpState::Established);
  until(kNow + 900s + 10ms + 360s);
  EXPECT_EQ(peer.connection.state(), TcpState::Closed);
  EXPECT_EQ(peer.out.events.back().error, SocketError::TimedOut);
}

}  // namespace
}  // namespace stayalive::test
