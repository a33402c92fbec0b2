// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "support/tcp_story.h"

namespace stayalive::test {
namespace {

using Lines = std::vector<std::string>;

// A round trip of 1 ms gives a retransmission timeout of 201 ms.
TcpStory& lonely_byte(TcpStory& story) {
  story.connect();
  story.cut();
  story.writes(End::Client, 1);
  return story;
}

TEST(TcpRetransmission, ALostSegmentIsProbedOnceThenRepeatedWithDoublingWaits) {
  TcpStory story;
  lonely_byte(story);
  EXPECT_EQ(story.client().next_deadline(), story.now() + 201ms);
  story.at(10s);
  EXPECT_EQ(story.times(End::Client, PacketKind::Retransmission),
            (Lines{"0.201", "0.402", "0.804", "1.608", "3.216", "6.432"}));
}

TEST(TcpRetransmission, WithTheTicksOfAKernelTheTimesAreThoseMeasured) {
  TcpConfig config;
  config.timer_hz = 250;
  TcpStory story{config, config, 20us};
  lonely_byte(story);
  story.at(10s);
  EXPECT_EQ(story.times(End::Client, PacketKind::Retransmission),
            (Lines{"0.208", "0.416", "0.832", "1.664", "3.328", "6.656"}));
}

TEST(TcpRetransmission, WithoutATailLossProbeTheTimeoutComesFirst) {
  TcpConfig config;
  config.tail_loss_probe = false;
  TcpStory story{config};
  lonely_byte(story);
  story.at(2s);
  EXPECT_EQ(story.times(End::Client, PacketKind::Retransmission),
            (Lines{"0.201", "0.603", "1.407"}));
}

TEST(TcpRetransmission, FifteenRetriesEndMoreThan924SecondsAfterTheFirst) {
  TcpStory story;
  lonely_byte(story);
  story.at(924s);
  EXPECT_EQ(story.client().state(), TcpState::Established);
  const TimePoint due = story.client().next_deadline();
  EXPECT_GE(due - story.now() + 924s, 402ms + 924'600ms);
  story.run_until(due - 1ns);
  EXPECT_EQ(story.client().state(), TcpState::Established);
  story.run_until(due);
  ASSERT_EQ(story.told.size(), 1u);
  EXPECT_EQ(story.told[0].event.error, SocketError::TimedOut);
  EXPECT_TRUE(story.times(End::Client, PacketKind::Reset).empty());
  EXPECT_EQ(story.times(End::Client, PacketKind::Retransmission).size(), 16u);
  // 201 ms doubles ten times before it would pass 120 s, then six waits of 120 s.
  EXPECT_EQ(story.news(), (Lines{"925.824 C closed ETIMEDOUT"}));
}

TEST(TcpRetransmission, SmallRetryLimitsAreTimesToo) {
  TcpConfig config;
  config.retries2 = 3;
  TcpStory story{config};
  lonely_byte(story);
  story.at(60s);
  // 3.0 s after the repetition at 0.402: 3.216 is too early, 6.432 is not.
  EXPECT_EQ(story.news(), (Lines{"6.432 C closed ETIMEDOUT"}));
}

TEST(TcpRetransmission, UserTimeoutCountsFromTheFirstRepetitionAndShortensTheLastWait) {
  TcpConfig config;
  config.user_timeout = 3s;
  TcpStory story{config};
  lonely_byte(story);
  story.at(3402ms - 1ns);
  EXPECT_EQ(story.client().state(), TcpState::Established);
  story.at(3402ms);
  EXPECT_EQ(story.news(), (Lines{"3.402 C closed ETIMEDOUT"}));
  EXPECT_EQ(story.times(End::Client, PacketKind::Retransmission).size(), 5u);
}

TEST(TcpRetransmission, AUserTimeoutBelowTheRtoStillWaitsForOneRepetition) {
  TcpConfig config;
  config.user_timeout = 100ms;
  TcpStory story{config};
  lonely_byte(story);
  story.at(1s);
  EXPECT_EQ(story.news(), (Lines{"0.502 C closed ETIMEDOUT"}));
}

TEST(TcpRetransmission, FreeBsdCountsTwelveAndResets) {
  TcpStory story{find_os_preset("macos")->tcp};
  lonely_byte(story);
  story.at(20min);
  EXPECT_EQ(story.times(End::Client, PacketKind::Retransmission).size(), 12u);
  EXPECT_EQ(story.times(End::Client, PacketKind::Reset).size(), 1u);
  EXPECT_EQ(story.client().state(), TcpState::Closed);
}

TEST(TcpRetransmission, OnlyTheFirstSegmentIsRepeatedWhileNothingComesBack) {
  TcpConfig config;
  config.nodelay = true;
  TcpStory story{config};
  lonely_byte(story);
  for (int i = 1; i <= 5; ++i) {
    story.at(i * 1s);
    story.writes(End::Client, 100);
  }
  story.at(8s);
  for (const TcpStory::Sent& entry : story.sent) EXPECT_EQ(entry.packet.payload, 1u);
}

TEST(TcpRetransmission, AfterAnOutageTheNextRepetitionGetsThroughAndEverythingFollows) {
  TcpStory story;
  lonely_byte(story);
  for (int i = 1; i <= 5; ++i) {
    story.at(i * 500ms);
    story.writes(End::Client, 100);
  }
  story.at(3s);
  story.heal();
  story.forget();
  story.at(1s);
  EXPECT_EQ(story.transcript(), (Lines{
                                    "0.216 C [PA] seq 1 ack 1 len 1 retransmission",
                                    "0.217 S [A] seq 1 ack 2 len 0 ack",
                                    "0.217 C [PA] seq 2 ack 1 len 500 data",
                                    "0.218 S [A] seq 1 ack 502 len 0 ack",
                                }));
  EXPECT_EQ(story.news(), (Lines{"0.217 S delivered 1", "0.217 C acknowledged 1",
                                 "0.218 S delivered 6", "0.218 C acknowledged 6"}));
  EXPECT_EQ(story.client().next_deadline(), kNever);
}

TEST(TcpRetransmission, ALaterOutageStartsWithAFreshTimeout) {
  TcpStory story;
  lonely_byte(story);
  story.at(3s);
  story.heal();
  story.at(5s);
  story.cut();
  story.forget();
  story.writes(End::Client, 1);
  story.at(1s);
  EXPECT_EQ(story.times(End::Client, PacketKind::Retransmission),
            (Lines{"0.201", "0.402", "0.804"}));
}

TEST(TcpRetransmission, NagleHoldsSmallMessagesAndTheProbeLetsThemOut) {
  TcpStory story;
  lonely_byte(story);
  story.at(50ms);
  story.writes(End::Client, 10);
  story.writes(End::Client, 20);
  EXPECT_EQ(story.sent.size(), 1u);
  story.at(201ms);
  ASSERT_EQ(story.sent.size(), 2u);
  EXPECT_EQ(story.sent[1].packet.payload, 30u);
  EXPECT_EQ(story.sent[1].packet.content.message, 3u);
  EXPECT_EQ(story.sent[1].packet.notes.kind, PacketKind::Data);
}

TEST(TcpRetransmission, UnreachableErrorsAreKeptAndReportedAtTheEnd) {
  TcpConfig config;
  config.user_timeout = 3s;
  TcpStory story{config};
  lonely_byte(story);
  story.at(500ms);
  story.unreachable(End::Client, Unreachable::Host);
  EXPECT_EQ(story.client().state(), TcpState::Established);
  story.at(10s);
  EXPECT_EQ(story.news(), (Lines{"3.402 C closed EHOSTUNREACH"}));
}

TEST(TcpRetransmission, EachUnreachableErrorTakesBackOneDoubling) {
  TcpStory story;
  lonely_byte(story);
  story.at(900ms);  // repeated at 0.402 and 0.804, the next at 1.608
  EXPECT_EQ(story.client().next_deadline() - story.now(), 708ms);
  story.unreachable(End::Client, Unreachable::Host);
  EXPECT_EQ(story.client().next_deadline() - story.now(), 306ms);
  story.unreachable(End::Client, Unreachable::Network);
  EXPECT_EQ(story.client().next_deadline() - story.now(), 105ms);
}

TEST(TcpRetransmission, AnAnswerThatWasOnlyLateIsNotMistakenForALoss) {
  TcpStory story;
  story.connect();
  bool lose = true;
  story.loses = [&](End from, const Packet&) { return lose && from == End::Server; };
  story.writes(End::Client, 100);
  story.at(300ms);  // the probe at 0.201 drew an answer that was lost too
  lose = false;
  story.at(1s);
  EXPECT_EQ(story.times(End::Client, PacketKind::Retransmission), (Lines{"0.201", "0.402"}));
  EXPECT_EQ(story.news(), (Lines{"0.001 S delivered 1", "0.403 C acknowledged 1"}));
}

}  // namespace
}  // namespace stayalive::test
