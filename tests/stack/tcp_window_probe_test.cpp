// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "support/tcp_story.h"

namespace stayalive::test {
namespace {

using Lines = std::vector<std::string>;

TcpConfig small_buffer() {
  TcpConfig config;
  config.receive_buffer = 2896;
  return config;
}

// The server stops reading and the client fills its window with two segments.
void fill(TcpStory& story) {
  story.connect();
  story.reads(End::Server, false);
  story.writes(End::Client, 6000);
  story.at(100ms);
  ASSERT_EQ(story.sent.back().packet.window, 0u);
  story.forget();
}

TEST(TcpWindowProbe, AClosedWindowIsProbedWithDoublingWaitsAndOpensWhenTheProgramReads) {
  TcpStory story{{}, small_buffer()};
  fill(story);
  story.at(10s);
  const Lines probes = story.times(End::Client, PacketKind::WindowProbe);
  ASSERT_GE(probes.size(), 5u);
  EXPECT_EQ(story.client().state(), TcpState::Established);
  EXPECT_TRUE(story.times(End::Client, PacketKind::Data).empty());
  story.forget();
  story.reads(End::Server, true);
  story.at(1s);
  EXPECT_EQ(story.transcript().front(), "0.000 S [A] seq 1 ack 2897 len 0 ack");
  EXPECT_EQ(story.news().back().substr(6), "C acknowledged 1");
}

TEST(TcpWindowProbe, AnAnsweredProbeNeverGivesUp) {
  TcpStory story{{}, small_buffer()};
  fill(story);
  story.at(24h);
  EXPECT_EQ(story.client().state(), TcpState::Established);
}

TEST(TcpWindowProbe, UnansweredProbesGiveUpAfterTheRetries) {
  TcpConfig config;
  config.retries2 = 4;
  TcpStory story{config, small_buffer()};
  fill(story);
  story.cut();
  story.at(600s);
  EXPECT_EQ(story.times(End::Client, PacketKind::WindowProbe).size(), 4u);
  ASSERT_EQ(story.told.size(), 1u);
  EXPECT_EQ(story.told[0].event.error, SocketError::TimedOut);
}

TEST(TcpWindowProbe, UserTimeoutEndsItEvenWhileProbesAreAnswered) {
  TcpConfig config;
  config.user_timeout = 5s;
  TcpStory story{config, small_buffer()};
  fill(story);
  story.at(60s);
  ASSERT_EQ(story.told.size(), 1u);
  EXPECT_EQ(story.told[0].event.error, SocketError::TimedOut);
  const Duration after = story.told[0].at - (story.now() - 60s);
  EXPECT_GE(after, 5s);
  EXPECT_LT(after, 6s);
}

TEST(TcpWindowProbe, ASegmentThatDoesNotFitIsCutByTheProbe) {
  TcpConfig server;
  server.receive_buffer = 2000;
  TcpStory story{{}, server};
  story.connect();
  story.reads(End::Server, false);
  story.writes(End::Client, 1448);
  story.writes(End::Client, 1448);
  story.at(1s);
  bool cut_to_fit = false;
  for (const TcpStory::Sent& entry : story.sent) {
    cut_to_fit |= entry.packet.notes.kind == PacketKind::WindowProbe && entry.packet.payload == 552;
  }
  EXPECT_TRUE(cut_to_fit);
}

TEST(TcpWindowProbe, KeepaliveStaysSilentWhileDataWaits) {
  TcpConfig config;
  config.keepalive_idle = 1s;
  TcpStory story{config, small_buffer()};
  fill(story);
  story.client().set_keepalive(true, story.now());
  story.at(60s);
  EXPECT_TRUE(story.times(End::Client, PacketKind::KeepaliveProbe).empty());
}

}  // namespace
}  // namespace stayalive::test
