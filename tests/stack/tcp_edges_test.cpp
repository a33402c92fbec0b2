// SPDX-License-Identifier: Apache-2.0
// Both sides of small rules of a connection: resets in TIME-WAIT, merged repetitions, a buffer that
// is half full, and slow start that begins no curve.
#include <gtest/gtest.h>

#include "stack/buffer/receive_queue.h"
#include "stack/buffer/send_queue.h"
#include "stack/congestion_window.h"
#include "stack/resting_tcp.h"
#include "stack/timer/acknowledgment_delay.h"
#include "support/tcp_story.h"

namespace stayalive::test {
namespace {

// RFC 9293, section 3.10.7.4: a RST has to be exact.
TEST(TcpEdges, AnExactResetEndsTimeWaitAndAnotherDoesNot) {
  for (const std::uint32_t beyond : {0u, 1u}) {
    TcpStory story;
    story.connect();
    story.shuts_down(End::Client);
    story.at(1s);
    story.shuts_down(End::Server);
    story.at(2s);
    ASSERT_EQ(story.client().state(), TcpState::TimeWait);
    Packet reset;
    reset.protocol = Protocol::Tcp;
    reset.flags = tcp_flag::kRst;
    // The server's SYN and FIN.
    reset.sequence = TcpStory::kInitial[1] + 2 + beyond;
    TcpOutbox out;
    story.client().receive(reset, story.now(), out);
    EXPECT_EQ(story.client().state(), beyond == 0 ? TcpState::Closed : TcpState::TimeWait);
    EXPECT_TRUE(out.packets.empty());
  }
}

TEST(TcpEdges, WhatIsToldOfAnEndNamesNoMessage) {
  TcpStory story;
  story.connect();
  story.shuts_down(End::Client);
  story.at(1s);
  story.shuts_down(End::Server);
  story.at(2s);
  for (const TcpStory::Told& told : story.told) EXPECT_EQ(told.event.message, 0u);
  TcpStory other;
  other.connect();
  other.aborts(End::Client);
  other.at(1s);
  ASSERT_FALSE(other.told.empty());
  EXPECT_EQ(other.told.back().event.error, SocketError::Reset);
  EXPECT_EQ(other.told.back().event.message, 0u);
}

TEST(TcpEdges, SmallSegmentsAreMergedUpToAFullOneHoweverFarTheStreamHasCome) {
  constexpr std::uint32_t kFull = 1000;
  for (const std::uint32_t size : {500u, 501u}) {
    SendQueue queue;
    queue.start();
    queue.write(1, 5000);
    while (queue.unsent()) queue.sent(queue.peek(kFull), kStart);
    queue.acknowledge(5001);
    for (std::uint32_t message = 2; message < 4; ++message) {
      queue.write(message, size);
      queue.sent(queue.peek(kFull), kStart);
    }
    queue.lose(kStart + 1s);
    queue.retransmit(0, kFull, kStart + 1s);
    EXPECT_EQ(queue.segments().size(), size == 500 ? 1u : 2u);
  }
}

// As long as the buffer has room, two full segments do not end the prompt answers of the beginning.
TEST(TcpEdges, ABufferWithRoomAnswersOnAtOnce) {
  TcpConfig config;
  config.nodelay = true;
  TcpStory story{config};
  story.connect();
  story.reads(End::Server, false);
  story.writes(End::Client, 2 * 1448);
  story.at(100ms);
  story.writes(End::Client, 100);
  story.at(200ms);
  const std::vector<std::string> answers = story.times(End::Server, PacketKind::Ack);
  ASSERT_GE(answers.size(), 2u);
  EXPECT_EQ(answers.back(), "0.101");
}

// What an acknowledgment leaves over after slow start begins CUBIC's curve; nothing begins none.
TEST(TcpEdges, SlowStartThatIsNotOverBeginsNoCurve) {
  CongestionWindow window;
  window.start(10);
  window.on_acknowledged({3, 10, 3, 13, {}, 100ms}, kStart + 1s);
  EXPECT_EQ(window.segments(), 13u);
  EXPECT_EQ(window, window.after_pause());
}

TEST(TcpEdges, AQueueIsLookedForFromSixteenSegmentsOn) {
  for (const std::uint32_t initial : {15u, 16u}) {
    CongestionWindow window;
    window.start(initial);
    // The window is not used, so that it does not grow; the round trip of the ninth has doubled.
    for (std::uint32_t i = 0; i < 20; ++i)
      window.on_acknowledged({1, 1, 1, 100, 200ms, 100ms}, kStart + 1s + i * 5ms);
    window.on_acknowledged({1, initial, 1, 100, {}, 100ms}, kStart + 5s);
    EXPECT_EQ(window.segments() > initial, initial < 16) << initial;
  }
}

// RFC 9293, section 3.10.7.3: without a SYN of its own the peer has opened nothing.
TEST(TcpEdges, OnlyASynWithTheRightAcknowledgmentAnswersASyn) {
  for (const std::uint8_t flags :
       {tcp_flag::kAck, tcp_flag::kSyn, std::uint8_t(tcp_flag::kSyn | tcp_flag::kAck)}) {
    TcpConfig config;
    TcpConnection client(config, {ipv4(10, 0, 0, 2), 1}, {ipv4(203, 0, 113, 1), 80}, {}, 1000);
    TcpOutbox out;
    client.open(kStart, out);
    Packet answer;
    answer.protocol = Protocol::Tcp;
    answer.flags = flags;
    answer.acknowledgment = 1001;
    client.receive(answer, kStart + 1s, out);
    const bool opens = flags == (tcp_flag::kSyn | tcp_flag::kAck);
    EXPECT_EQ(client.state(), opens ? TcpState::Established : TcpState::SynSent);
  }
}

TEST(TcpEdges, AWindowThatHoldsAFullSegmentIsOffered) {
  for (const std::uint32_t size : {999u, 1000u, 1001u}) {
    ReceiveQueue queue;
    queue.start(1, 2000);
    Packet data;
    data.protocol = Protocol::Tcp;
    data.sequence = 1;
    data.payload = static_cast<std::uint16_t>(size);
    queue.arrive(data);
    // What was offered before stays offered.
    EXPECT_EQ(queue.selectable_window(1000), 2000 - size);
    Packet rest = data;
    rest.sequence = 1 + size;
    rest.payload = static_cast<std::uint16_t>(2000 - size);
    queue.arrive(rest);
    EXPECT_EQ(queue.selectable_window(1000), 0u);
  }
}

TEST(TcpEdges, AnAcknowledgmentThatIsOwedIsNoRest) {
  TcpConfig config;
  AcknowledgmentDelay delay;
  delay.start(config, 64'000, kStart);
  EXPECT_TRUE(delay.at_rest());
  Packet full;
  full.protocol = Protocol::Tcp;
  full.payload = 1448;  // no message ends with it
  delay.on_data(config, full, 64'000, 200ms, kStart);
  EXPECT_FALSE(delay.at_rest());
  delay.on_acknowledged(config);
  EXPECT_TRUE(delay.at_rest());
}

// Whatever differs in one respect from what a connection at rest expects wakes it up.
TEST(TcpEdges, OnlyTheBareAcknowledgmentsOfAConnectionLeaveItAtRest) {
  const TcpConfig config;
  const RestingStreams here{{ipv4(10, 0, 0, 2), 1}, {ipv4(203, 0, 113, 1), 80}, {}, 1000, 5000};
  const RestingStreams there{here.remote, here.local, {}, here.receive_next, here.next};
  const Packet probe = probe_at_rest(config, there);
  const Packet answer = answer_at_rest(config, there);
  EXPECT_TRUE(is_probe(probe, here));
  EXPECT_FALSE(is_answer(probe, here));
  EXPECT_TRUE(is_answer(answer, here));
  EXPECT_FALSE(is_probe(answer, here));
  for (const Packet& expected : {probe, answer}) {
    std::vector<Packet> others(6, expected);
    others[0].payload = 1;
    others[1].source_port = 81;
    others[2].destination_port = 2;
    others[3].flags |= tcp_flag::kFin;
    others[4].protocol = Protocol::Udp;
    others[5].sequence += 7;
    for (const Packet& other : others)
      EXPECT_FALSE(is_probe(other, here) || is_answer(other, here));
  }
  Packet old = answer;
  old.acknowledgment -= 1;
  EXPECT_FALSE(is_answer(old, here));
}

}  // namespace
}  // namespace stayalive::test
