// SPDX-License-Identifier: Apache-2.0
#include "stack/timer/acknowledgment_delay.h"

#include <gtest/gtest.h>

#include "support/tcp_story.h"

namespace stayalive::test {
namespace {

using Lines = std::vector<std::string>;

TEST(AcknowledgmentDelay, TheFirstSixteenSegmentsAreAnsweredAtOnceThenAfter40Milliseconds) {
  TcpConfig config;
  config.nodelay = true;
  TcpStory story{config};
  story.connect();
  story.reads(End::Server, false);
  for (int i = 0; i < 20; ++i) {
    story.at(i * 50ms);
    story.writes(End::Client, 100);
  }
  story.at(2s);
  const Lines answers = story.times(End::Server, PacketKind::Ack);
  ASSERT_EQ(answers.size(), 20u);
  EXPECT_EQ(answers[15], "0.751");
  EXPECT_EQ(answers[16], "0.841");
  EXPECT_EQ(answers[19], "0.991");
}

TEST(AcknowledgmentDelay, AReaderInAOneWayStreamAnswersEveryMessage) {
  TcpStory story;
  story.connect();
  for (int i = 0; i < 40; ++i) {
    story.at(i * 50ms);
    story.writes(End::Client, 100);
  }
  story.at(3s);
  const Lines answers = story.times(End::Server, PacketKind::Ack);
  ASSERT_EQ(answers.size(), 40u);
  EXPECT_EQ(answers[39], "1.951");
}

TEST(AcknowledgmentDelay, InAConversationTheAnswerCarriesTheAcknowledgment) {
  TcpStory story;
  story.connect();
  for (int i = 0; i < 3; ++i) {
    story.at(i * 300ms);
    story.writes(End::Client, 100);
    story.at(i * 300ms + 1ms);
    story.writes(End::Server, 100);
  }
  story.at(890ms);
  EXPECT_EQ(story.times(End::Server, PacketKind::Ack), (Lines{"0.001"})) << "the first only";
}

// The first request of an OpenSSH session that is long established drew only its answer.
TEST(AcknowledgmentDelay, EndsThatTalkedBeforeTheRunWaitForAnAnswerFromTheStart) {
  TcpConfig config;
  config.conversing = true;
  TcpStory story{config, config};
  story.connect();
  story.at(3s);
  story.writes(End::Client, 100);
  story.at(3s + 40ms);
  EXPECT_EQ(story.times(End::Server, PacketKind::Ack), Lines{});
  story.at(3s + 41ms);
  EXPECT_EQ(story.times(End::Server, PacketKind::Ack), Lines{"3.041"});
}

TEST(AcknowledgmentDelay, AConversationThatFallsSilentAnswersAfterTheDelay) {
  TcpStory story;
  story.connect();
  story.writes(End::Client, 100);
  story.at(1ms);
  story.writes(End::Server, 100);
  story.at(300ms);
  story.forget();
  story.writes(End::Client, 100);
  story.at(100ms);
  EXPECT_EQ(story.times(End::Server, PacketKind::Ack), (Lines{"0.041"}));
}

// TCP_MSS_DEFAULT in tcp_measure_rcv_mss: two segments of a size are taken for full ones when their
// sender might have had more to say, or when they are as large as any peer must take.
TEST(AcknowledgmentDelay, SmallMessagesAreNotTakenForFullSegments) {
  const auto full_segment_after_two = [](std::uint16_t bytes, std::uint8_t flags) {
    const TcpConfig config;
    AcknowledgmentDelay delay;
    delay.start(config, 65536, kStart);
    Packet segment;
    segment.payload = 1200;
    segment.flags = tcp_flag::kAck | tcp_flag::kPsh;
    delay.on_data(config, segment, 65536, 200ms, kStart);
    segment.payload = bytes;
    segment.flags = static_cast<std::uint8_t>(tcp_flag::kAck | flags);
    delay.on_data(config, segment, 65536, 200ms, kStart);
    delay.on_data(config, segment, 65536, 200ms, kStart);
    return delay.full_segment();
  };
  EXPECT_EQ(full_segment_after_two(300, tcp_flag::kPsh), 1200u);
  EXPECT_EQ(full_segment_after_two(523, tcp_flag::kPsh), 1200u);
  EXPECT_EQ(full_segment_after_two(524, tcp_flag::kPsh), 524u);
  EXPECT_EQ(full_segment_after_two(300, 0), 300u);
  EXPECT_EQ(full_segment_after_two(75, 0), 1200u);
  EXPECT_EQ(full_segment_after_two(76, 0), 76u);
  EXPECT_EQ(full_segment_after_two(76, tcp_flag::kFin), 1200u);
}

// Recorded with HZ 250: 39.5 ms are ten ticks, and so no answer within the delay.
TEST(AcknowledgmentDelay, WhetherAnAnswerComesWithinTheDelayIsCountedInTicks) {
  for (const std::uint32_t hz : {0u, 250u}) {
    TcpConfig config;
    config.timer_hz = hz;
    TcpStory story{{}, config};
    story.connect();
    story.at(1s + 2ms);  // the request arrives 2.5 ms after a tick, the answer leaves on one
    story.writes(End::Client, 100);
    story.at(1s + 2ms + 40ms);
    story.writes(End::Server, 100);
    story.at(2s);
    story.forget();
    story.writes(End::Client, 100);
    story.at(300ms);
    const Lines answers = story.times(End::Server, PacketKind::Ack);
    ASSERT_EQ(answers.size(), 1u);
    EXPECT_EQ(answers[0], hz == 0 ? "0.041" : "0.001") << "ticks end the conversation";
  }
}

TEST(AcknowledgmentDelay, AFinWithoutEarlierDataIsAnsweredAtOnceAndOtherwiseLate) {
  TcpStory story;
  story.connect();
  story.shuts_down(End::Client);
  story.at(100ms);
  EXPECT_EQ(story.times(End::Server, PacketKind::Ack), (Lines{"0.001"}));

  TcpStory other;
  other.connect();
  other.writes(End::Client, 100);
  other.at(500ms);
  other.shuts_down(End::Client);
  other.at(1s);
  EXPECT_EQ(other.times(End::Server, PacketKind::Ack), (Lines{"0.001", "0.541"}));
}

TEST(AcknowledgmentDelay, ABufferThatIsHalfFullAnswersNothingAtOnce) {
  TcpConfig config;
  config.receive_buffer = 5792;
  TcpStory story{{}, config};
  story.connect();
  story.reads(End::Server, false);
  story.writes(End::Client, 4 * 1448);
  story.at(100ms);
  // The last two segments wait, and so does the copy of the last that a tail-loss probe sends.
  EXPECT_EQ(story.times(End::Client, PacketKind::Retransmission), (Lines{"0.005"}));
  EXPECT_EQ(story.times(End::Server, PacketKind::Ack), (Lines{"0.001", "0.001", "0.041"}));
}

TEST(AcknowledgmentDelay, AFilledGapIsConfirmedAtOnceEvenInAConversation) {
  TcpConfig config;
  config.nodelay = true;
  TcpStory story{config, config, 20ms};
  story.connect();
  story.writes(End::Client, 100);
  story.at(20ms);
  story.writes(End::Server, 100);  // now the server is expected to answer
  story.at(300ms);
  story.forget();
  story.cut();
  story.writes(End::Client, 100);
  story.at(1ms);
  story.heal();
  story.writes(End::Client, 100);
  story.at(200ms);
  // The gap shows at 0.021; the repetition leaves a round trip and a quarter after the first copy.
  EXPECT_EQ(story.times(End::Client, PacketKind::Retransmission), (Lines{"0.050"}));
  EXPECT_EQ(story.times(End::Server, PacketKind::Ack), (Lines{"0.021", "0.070"}));
}

TEST(AcknowledgmentDelay, OutOfOrderAndOldDataAreAnsweredAtOnce) {
  TcpConfig config;
  config.nodelay = true;
  TcpStory story{config};
  story.connect();
  story.writes(End::Client, 100);
  story.at(1ms);
  story.writes(End::Server, 100);
  story.at(300ms);
  story.forget();
  story.loses = [](End, const Packet& packet) {
    return packet.content.message == 2 && packet.payload > 0;
  };
  story.writes(End::Client, 100);
  story.at(20ms);
  story.loses = nullptr;
  story.writes(End::Client, 100);
  story.at(21ms);
  EXPECT_EQ(story.times(End::Server, PacketKind::Ack).front(), "0.021");
}

}  // namespace
}  // namespace stayalive::test
