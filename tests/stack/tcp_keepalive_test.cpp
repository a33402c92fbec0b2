// SPDX-License-Identifier: Apache-2.0
// TCP keepalive on a live connection, as stories.
#include <gtest/gtest.h>

#include "support/tcp_story.h"

namespace stayalive::test {
namespace {

using Lines = std::vector<std::string>;

TcpConfig keepalive(Duration idle, Duration interval, std::uint32_t count) {
  TcpConfig config;
  config.keepalive_idle = idle;
  config.keepalive_interval = interval;
  config.keepalive_count = count;
  return config;
}

TEST(TcpKeepalive, ADeadPathIsNoticedAfterIdleAndAllProbesWithAReset) {
  TcpStory story{keepalive(3s, 1s, 3)};
  story.connect();
  story.client().set_keepalive(true, story.now());
  story.cut();
  EXPECT_EQ(story.client().next_deadline(), story.now() + 3s);
  story.at(3s - 1ns);
  EXPECT_TRUE(story.sent.empty());
  story.at(3s);
  EXPECT_EQ(story.sent.size(), 1u);
  story.at(6s - 1ns);
  EXPECT_EQ(story.client().state(), TcpState::Established);
  EXPECT_EQ(story.client().next_deadline(), story.now() + 1ns);
  story.at(6s);
  EXPECT_EQ(story.transcript(), (Lines{"3.000 C [A] seq 0 ack 1 len 0 keepalive-probe",
                                       "4.000 C [A] seq 0 ack 1 len 0 keepalive-probe",
                                       "5.000 C [A] seq 0 ack 1 len 0 keepalive-probe",
                                       "6.000 C [RA] seq 1 ack 1 len 0 reset"}));
  EXPECT_EQ(story.news(), (Lines{"6.000 C closed ETIMEDOUT"}));
  EXPECT_EQ(story.client().next_deadline(), kNever);
  story.at(1h);
  EXPECT_EQ(story.server().state(), TcpState::Established) << "it was never told";
}

TEST(TcpKeepalive, AnAnsweredProbeStartsTheIdleTimeAnew) {
  TcpStory story{keepalive(3s, 1s, 3)};
  story.connect();
  story.client().set_keepalive(true, story.now());
  story.at(6500ms);
  EXPECT_EQ(story.transcript(), (Lines{"3.000 C [A] seq 0 ack 1 len 0 keepalive-probe",
                                       "3.001 S [A] seq 1 ack 1 len 0 keepalive-answer",
                                       "6.001 C [A] seq 0 ack 1 len 0 keepalive-probe",
                                       "6.002 S [A] seq 1 ack 1 len 0 keepalive-answer"}));
}

TEST(TcpKeepalive, ReceivedDataPostponesTheProbe) {
  TcpStory story{keepalive(3s, 1s, 3)};
  story.connect();
  story.client().set_keepalive(true, story.now());
  story.at(2s);
  story.writes(End::Server, 10);
  story.at(5s + 500us - 1ns);
  EXPECT_TRUE(story.times(End::Client, PacketKind::KeepaliveProbe).empty());
  story.at(5s + 500us);
  EXPECT_EQ(story.times(End::Client, PacketKind::KeepaliveProbe).size(), 1u);
}

TEST(TcpKeepalive, OwnDataPostponesItThroughItsAcknowledgment) {
  TcpStory story{keepalive(3s, 1s, 3)};
  story.connect();
  story.client().set_keepalive(true, story.now());
  story.at(2s);
  story.writes(End::Client, 10);
  story.at(5s + 1ms - 1ns);
  EXPECT_TRUE(story.times(End::Client, PacketKind::KeepaliveProbe).empty());
  story.at(5s + 1ms);
  EXPECT_EQ(story.times(End::Client, PacketKind::KeepaliveProbe).size(), 1u);
}

TEST(TcpKeepalive, DataInFlightSuppressesProbesForAWholeIdleTime) {
  TcpStory story{keepalive(3s, 1s, 3)};
  story.connect();
  story.client().set_keepalive(true, story.now());
  story.cut();
  story.writes(End::Client, 10);
  story.at(60s);
  EXPECT_TRUE(story.times(End::Client, PacketKind::KeepaliveProbe).empty());
  EXPECT_EQ(story.client().state(), TcpState::Established);
}

TEST(TcpKeepalive, UserTimeoutReplacesTheCount) {
  TcpConfig config = keepalive(3s, 1s, 9);
  config.user_timeout = 4500ms;
  TcpStory story{config};
  story.connect();
  story.client().set_keepalive(true, story.now());
  story.cut();
  story.at(10s);
  EXPECT_EQ(story.times(End::Client, PacketKind::KeepaliveProbe), (Lines{"3.000", "4.000"}));
  EXPECT_EQ(story.news(), (Lines{"5.000 C closed ETIMEDOUT"}));
}

TEST(TcpKeepalive, AUserTimeoutShorterThanTheIdleTimeStillAllowsOneProbe) {
  TcpConfig config = keepalive(3s, 1s, 9);
  config.user_timeout = 1s;
  TcpStory story{config};
  story.connect();
  story.client().set_keepalive(true, story.now());
  story.cut();
  story.at(10s);
  EXPECT_EQ(story.news(), (Lines{"4.000 C closed ETIMEDOUT"}));
}

TEST(TcpKeepalive, ProbesCloserThanHalfASecondAreAnsweredOnce) {
  TcpStory story{keepalive(2s, 499ms, 9)};
  story.connect();
  story.client().set_keepalive(true, story.now());
  story.loses = [](End from, const Packet&) { return from == End::Server; };
  story.at(3600ms);
  // Probes at 2.000, 2.499, 2.998 and 3.497; the answer at 2.0005 blocks the next until 2.5005.
  EXPECT_EQ(story.times(End::Client, PacketKind::KeepaliveProbe).size(), 4u);
  EXPECT_EQ(story.times(End::Server, PacketKind::KeepaliveAnswer).size(), 2u);
}

TEST(TcpKeepalive, IcmpErrorsForProbesDoNotChangeTheVerdict) {
  TcpStory story{keepalive(3s, 1s, 3)};
  story.connect();
  story.client().set_keepalive(true, story.now());
  story.cut();
  story.at(3100ms);
  story.unreachable(End::Client, Unreachable::Host);
  story.at(10s);
  EXPECT_EQ(story.news(), (Lines{"6.000 C closed ETIMEDOUT"}));
}

TEST(TcpKeepalive, ItCanBeSwitchedOffAndOn) {
  TcpStory story{keepalive(3s, 1s, 3)};
  story.connect();
  story.client().set_keepalive(true, story.now());
  story.client().set_keepalive(false, story.now());
  EXPECT_EQ(story.client().next_deadline(), kNever);
  story.at(1s);
  story.client().set_keepalive(true, story.now());
  EXPECT_EQ(story.client().next_deadline(), story.now() + 3s);
}

TEST(TcpKeepalive, AnOptionSetBeforeTheHandshakeCountsFromItsEnd) {
  TcpConfig config = keepalive(3s, 1s, 3);
  config.keepalive = true;
  TcpStory story{config, config};
  story.connect();
  EXPECT_EQ(story.client().next_deadline(), story.now() + 3s - 1ms);
  EXPECT_EQ(story.server().next_deadline(), story.now() + 3s - 500us);
}

TEST(TcpKeepalive, APeerThatForgotTheConnectionAnswersWithAReset) {
  TcpStory story{keepalive(3s, 1s, 3)};
  story.connect();
  story.client().set_keepalive(true, story.now());
  story.cut();
  story.aborts(End::Server);
  story.heal();
  story.at(4s);
  EXPECT_EQ(story.news(), (Lines{"3.001 C closed ECONNRESET"}));
}

TEST(TcpKeepalive, BsdProbesBesideUnacknowledgedDataAndResets) {
  TcpConfig config = keepalive(3s, 1s, 3);
  config.keepalive_style = KeepaliveStyle::Bsd;
  TcpStory story{config};
  story.connect();
  story.client().set_keepalive(true, story.now());
  story.cut();
  story.writes(End::Client, 10);
  story.at(10s);
  EXPECT_EQ(story.times(End::Client, PacketKind::KeepaliveProbe),
            (Lines{"3.000", "4.000", "5.000"}));
  EXPECT_EQ(story.times(End::Client, PacketKind::Reset), (Lines{"6.000"}));
}

TEST(TcpKeepalive, WindowsGivesUpWithoutAReset) {
  TcpConfig config = keepalive(3s, 1s, 3);
  config.keepalive_style = KeepaliveStyle::Windows;
  TcpStory story{config};
  story.connect();
  story.client().set_keepalive(true, story.now());
  story.cut();
  story.at(10s);
  EXPECT_TRUE(story.times(End::Client, PacketKind::Reset).empty());
  EXPECT_EQ(story.news(), (Lines{"6.000 C closed ETIMEDOUT"}));
}

TEST(TcpKeepalive, SolarisDoublesTheDistanceOfItsProbesAndGivesUpWithoutAReset) {
  TcpConfig config = find_os_preset("solaris")->tcp;
  config.keepalive_idle = 10s;
  config.keepalive_abort = 20s;
  TcpStory story{config};
  story.connect();
  story.client().set_keepalive(true, story.now());
  story.at(11s);
  EXPECT_EQ(story.times(End::Client, PacketKind::KeepaliveProbe), (Lines{"10.000"})) << "answered";
  story.cut();
  story.at(1h);
  // 10.001 s was the last answer, 401 ms is the retransmission timeout; the last distance is 1 ms
  // less than the idle time.
  EXPECT_EQ(story.times(End::Client, PacketKind::KeepaliveProbe),
            (Lines{"10.000", "20.001", "20.402", "21.204", "22.808", "26.016", "32.432"}));
  EXPECT_TRUE(story.times(End::Client, PacketKind::Reset).empty());
  EXPECT_EQ(story.news(), (Lines{"42.431 C closed ETIMEDOUT"}));
}

}  // namespace
}  // namespace stayalive::test
