// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "base/random.h"
#include "support/tcp_story.h"

namespace stayalive::test {
namespace {

using Lines = std::vector<std::string>;

TcpConfig nodelay() {
  TcpConfig config;
  config.nodelay = true;
  return config;
}

TEST(TcpRecovery, TheNextMessageRevealsALostOne) {
  TcpStory story{nodelay()};
  story.connect();
  story.cut();
  story.writes(End::Client, 100);
  story.at(50ms);
  story.heal();
  story.writes(End::Client, 100);
  story.at(100ms);
  EXPECT_EQ(story.transcript(), (Lines{
                                    "0.000 C [PA] seq 1 ack 1 len 100 data",
                                    "0.050 C [PA] seq 101 ack 1 len 100 data",
                                    "0.051 S [A] seq 1 ack 1 len 0 ack",
                                    "0.051 C [PA] seq 1 ack 1 len 100 retransmission",
                                    "0.052 S [A] seq 1 ack 201 len 0 ack",
                                }));
  EXPECT_EQ(story.news(), (Lines{"0.052 S delivered 2", "0.052 C acknowledged 2"}));
  EXPECT_EQ(story.client().next_deadline(), kNever);
}

TEST(TcpRecovery, ABurstLosesOneSegmentInItsMiddleAndRepeatsOnlyThat) {
  TcpStory story;
  story.connect();
  story.loses = [](End from, const Packet& packet) {
    return from == End::Client && packet.notes.kind == PacketKind::Data &&
           packet.sequence == TcpStory::kInitial[0] + 1 + 1448;
  };
  story.writes(End::Client, 5 * 1448);
  story.at(100ms);
  const Lines again = story.times(End::Client, PacketKind::Retransmission);
  ASSERT_EQ(again.size(), 1u);
  EXPECT_EQ(story.news().back(), "0.002 C acknowledged 1");
}

TEST(TcpRecovery, SegmentsSentTogetherMayOvertakeEachOtherALittle) {
  // One duplicate acknowledgment within a quarter of a round trip is not yet a loss.
  TcpStory story{nodelay(), {}, 50ms};
  story.connect();
  story.loses = [](End from, const Packet& packet) {
    return from == End::Client && packet.notes.kind == PacketKind::Data &&
           packet.content.message == 1;
  };
  story.writes(End::Client, 100);
  story.writes(End::Client, 100);
  story.at(125ms - 1ns);
  EXPECT_TRUE(story.times(End::Client, PacketKind::Retransmission).empty());
  story.at(125ms);
  EXPECT_EQ(story.times(End::Client, PacketKind::Retransmission), (Lines{"0.125"}));
}

TEST(TcpRecovery, AfterATimeoutNewDataGoesFirstToTestWhetherItWasNeeded) {
  TcpStory story{nodelay()};
  story.connect();
  story.cut();
  for (int i = 0; i < 6; ++i) {
    story.at(i * 100ms);
    story.writes(End::Client, 900);
  }
  story.at(1s);
  story.heal();
  story.forget();
  story.at(2s);
  std::vector<std::string> first;
  for (const std::string& line : story.transcript()) {
    if (line.find(" C ") != std::string::npos) first.push_back(line.substr(6));
  }
  ASSERT_GE(first.size(), 3u);
  EXPECT_EQ(first[0], "C [PA] seq 1 ack 1 len 900 retransmission");
  EXPECT_NE(first[1].find("data"), std::string::npos);
  EXPECT_EQ(story.news().back().substr(6), "C acknowledged 6");
}

TEST(TcpRecovery, EverythingArrivesInOrderOverALossyLine) {
  for (std::uint64_t seed = 1; seed <= 40; ++seed) {
    SCOPED_TRACE(seed);
    Random random{seed, "wire", "loss"};
    TcpStory story{nodelay(), {}, 5ms};
    story.connect();
    story.loses = [&](End, const Packet&) { return random.chance({1, 5}); };
    for (int i = 0; i < 60; ++i) {
      story.at(i * 37ms);
      story.writes(End::Client, static_cast<std::uint32_t>(random.between(1, 4000)));
      if (i % 3 == 0) story.writes(End::Server, 700);
    }
    story.shuts_down(End::Client);
    story.shuts_down(End::Server);
    story.at(200s);
    story.loses = nullptr;
    story.at(800s);
    std::uint32_t delivered = 0;
    std::uint32_t acknowledged = 0;
    for (const TcpStory::Told& entry : story.told) {
      if (entry.to == End::Server && entry.event.kind == TcpEvent::Kind::Delivered) {
        EXPECT_GT(entry.event.message, delivered);
        delivered = entry.event.message;
      }
      if (entry.to == End::Client && entry.event.kind == TcpEvent::Kind::Acknowledged) {
        EXPECT_GT(entry.event.message, acknowledged);
        EXPECT_LE(entry.event.message, delivered);
        acknowledged = entry.event.message;
      }
      EXPECT_EQ(entry.event.error, SocketError::None);
    }
    EXPECT_EQ(delivered, 60u);
    EXPECT_EQ(acknowledged, 60u);
    EXPECT_EQ(story.client().state(), TcpState::Closed);
    EXPECT_EQ(story.server().state(), TcpState::Closed);
  }
}

TEST(TcpRecovery, TheSameStoryHappensTheSameWayTwice) {
  const auto run = [] {
    Random random{7, "wire", "loss"};
    TcpStory story{nodelay(), {}, 5ms};
    story.connect();
    story.loses = [&](End, const Packet&) { return random.chance({1, 4}); };
    for (int i = 0; i < 30; ++i) {
      story.at(i * 37ms);
      story.writes(End::Client, 900);
    }
    story.at(100s);
    return story.transcript();
  };
  EXPECT_EQ(run(), run());
}

}  // namespace
}  // namespace stayalive::test
