// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "support/tcp_story.h"

namespace stayalive::test {
namespace {

using Lines = std::vector<std::string>;

TEST(TcpClosing, BothEndsCloseInOrderAndTheFirstWaitsAMinute) {
  TcpStory story;
  story.connect();
  story.shuts_down(End::Client);
  story.at(100ms);
  EXPECT_EQ(story.client().state(), TcpState::FinWait2);
  EXPECT_EQ(story.server().state(), TcpState::CloseWait);
  EXPECT_EQ(story.client().next_deadline(), kNever);
  story.shuts_down(End::Server);
  story.at(200ms);
  EXPECT_EQ(story.client().state(), TcpState::TimeWait);
  EXPECT_EQ(story.server().state(), TcpState::Closed);
  EXPECT_EQ(story.news(), (Lines{"0.001 S peer closed", "0.101 C peer closed",
                                 "0.101 C closed none", "0.101 S closed none"}));
  const TimePoint end = story.client().next_deadline();
  EXPECT_EQ(end, story.now() - 200ms + 100ms + 500us + 60s);
  story.run_until(end - 1ns);
  EXPECT_EQ(story.client().state(), TcpState::TimeWait);
  story.run_until(end);
  EXPECT_EQ(story.client().state(), TcpState::Closed);
  EXPECT_EQ(story.told.size(), 4u);
}

TEST(TcpClosing, SimultaneousClosesMeetInTimeWait) {
  TcpStory story;
  story.connect();
  story.shuts_down(End::Client);
  story.shuts_down(End::Server);
  story.at(10ms);
  EXPECT_EQ(story.client().state(), TcpState::TimeWait);
  EXPECT_EQ(story.server().state(), TcpState::TimeWait);
  EXPECT_EQ(story.news().back(), "0.001 S closed none");
}

TEST(TcpClosing, AFinFollowsEverythingThatWasWritten) {
  TcpStory story;
  story.connect();
  story.writes(End::Client, 100);
  story.writes(End::Client, 100);
  story.closes(End::Client);
  story.at(100ms);
  EXPECT_EQ(story.transcript()[1], "0.000 C [FPA] seq 101 ack 1 len 100 data");
  EXPECT_EQ(story.news().back().substr(6), "S peer closed");
}

TEST(TcpClosing, AHalfClosedConnectionStillReceives) {
  TcpStory story;
  story.connect();
  story.shuts_down(End::Client);
  story.at(1h);
  story.writes(End::Server, 100);
  story.at(1h + 1s);
  EXPECT_EQ(story.news().back(), "3600.001 S acknowledged 1");
  EXPECT_EQ(story.client().state(), TcpState::FinWait2);
}

TEST(TcpClosing, AnOrphanRepeatsItsFinEightTimesAndVanishes) {
  TcpStory story;
  story.connect();
  story.cut();
  story.closes(End::Client);
  story.at(200s);
  EXPECT_EQ(
      story.times(End::Client, PacketKind::Retransmission),
      (Lines{"0.201", "0.402", "0.804", "1.608", "3.216", "6.432", "12.864", "25.728", "51.456"}));
  EXPECT_EQ(story.client().state(), TcpState::Closed);
  EXPECT_TRUE(story.told.empty()) << "nobody is left to be told";
  EXPECT_TRUE(story.times(End::Client, PacketKind::Reset).empty());
}

TEST(TcpClosing, AnOrphanVanishesWhenItsRetriesAreOver) {
  TcpStory story;
  story.connect();
  story.cut();
  story.closes(End::Client);
  // 102.2 s after the repetition at 0.402: the expiry at 102.912 is the first behind that.
  story.at(102'912ms - 1ns);
  EXPECT_EQ(story.client().state(), TcpState::FinWait1);
  story.at(102'912ms);
  EXPECT_EQ(story.client().state(), TcpState::Closed);
}

TEST(TcpClosing, AnOrphanWaitsAMinuteForThePeersFin) {
  TcpStory story;
  story.connect();
  story.closes(End::Client);
  story.at(1ms);
  EXPECT_EQ(story.client().state(), TcpState::FinWait2);
  EXPECT_EQ(story.client().next_deadline(), story.now() + 60s);
  story.at(60s + 1ms);
  EXPECT_EQ(story.client().state(), TcpState::Closed);
  story.writes(End::Server, 10);
  story.at(61s);
  EXPECT_EQ(story.news().back(), "60.002 S closed EPIPE");
}

TEST(TcpClosing, DataForAnOrphanDrawsAReset) {
  TcpStory story;
  story.connect();
  story.closes(End::Client);
  story.at(1s);
  story.writes(End::Server, 10);
  story.at(2s);
  EXPECT_EQ(story.client().state(), TcpState::Closed);
  EXPECT_EQ(story.transcript().back(), "1.001 C [R] seq 2 ack 0 len 0 reset");
  EXPECT_EQ(story.news().back(), "1.001 S closed EPIPE");
}

TEST(TcpClosing, APeersFinSendsTheOrphanToTimeWait) {
  TcpStory story;
  story.connect();
  story.closes(End::Client);
  story.at(1s);
  story.closes(End::Server);
  story.at(2s);
  EXPECT_EQ(story.client().state(), TcpState::TimeWait);
  EXPECT_EQ(story.server().state(), TcpState::Closed);
}

TEST(TcpClosing, UnreadDataTurnsCloseIntoAReset) {
  TcpStory story;
  story.connect();
  story.reads(End::Server, false);
  story.writes(End::Client, 10);
  story.at(1s);
  story.closes(End::Server);
  story.at(2s);
  EXPECT_EQ(story.transcript().back(), "1.000 S [RA] seq 1 ack 11 len 0 reset");
  EXPECT_EQ(story.news().back(), "1.001 C closed ECONNRESET");
  EXPECT_EQ(story.server().state(), TcpState::Closed);
}

TEST(TcpClosing, AbortSendsAReset) {
  TcpStory story;
  story.connect();
  story.aborts(End::Client);
  story.at(1s);
  EXPECT_EQ(story.transcript(), (Lines{"0.000 C [RA] seq 1 ack 1 len 0 reset"}));
  EXPECT_EQ(story.news(), (Lines{"0.001 S closed ECONNRESET"}));
}

TEST(TcpClosing, ARepeatedFinIsAnsweredFromTimeWaitWhichStartsAnew) {
  TcpStory story;
  story.connect();
  story.shuts_down(End::Client);
  story.at(1s);
  bool lose = true;
  story.loses = [&](End from, const Packet&) { return lose && from == End::Client; };
  story.shuts_down(End::Server);
  story.at(1100ms);
  EXPECT_EQ(story.client().state(), TcpState::TimeWait);
  lose = false;
  story.at(2s);
  EXPECT_EQ(story.server().state(), TcpState::Closed);
  EXPECT_GT(story.client().next_deadline(), story.now() - 2s + 1201ms + 60s);
}

TEST(TcpClosing, ANewSynTakesThePlaceOfAConnectionInTimeWait) {
  TcpStory story;
  story.connect();
  story.shuts_down(End::Client);
  story.at(1s);
  story.shuts_down(End::Server);
  story.at(2s);
  ASSERT_EQ(story.client().state(), TcpState::TimeWait);
  Packet syn;
  syn.protocol = Protocol::Tcp;
  syn.flags = tcp_flag::kSyn;
  syn.sequence = TcpStory::kInitial[1] + 100'000;
  TcpOutbox out;
  story.client().receive(syn, story.now(), out);
  EXPECT_EQ(story.client().state(), TcpState::Closed);
  EXPECT_TRUE(out.packets.empty());
}

TEST(TcpClosing, AConnectionThatIsClosedBeforeItOpensSaysNothing) {
  TcpStory story;
  story.cut();
  story.connect();
  story.closes(End::Client);
  EXPECT_TRUE(story.sent.empty());
  EXPECT_EQ(story.client().state(), TcpState::Closed);
  EXPECT_EQ(story.client().next_deadline(), kNever);
}

TEST(TcpClosing, WritesAfterShutdownAreIgnored) {
  TcpStory story;
  story.connect();
  story.shuts_down(End::Client);
  story.writes(End::Client, 10);
  story.at(1s);
  EXPECT_TRUE(story.times(End::Client, PacketKind::Data).empty());
}

TEST(TcpState, NamesAreThoseOfTheRfc) {
  EXPECT_STREQ(name(TcpState::Closed), "CLOSED");
  EXPECT_STREQ(name(TcpState::FinWait1), "FIN-WAIT-1");
  EXPECT_STREQ(name(TcpState::TimeWait), "TIME-WAIT");
}

}  // namespace
}  // namespace stayalive::test
