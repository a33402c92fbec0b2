// SPDX-License-Identifier: Apache-2.0
#include "middlebox/tracker/linux_tcp_tracker.h"

#include <gtest/gtest.h>

#include "support/box_profiles.h"
#include "support/box_story.h"

namespace stayalive::testing {
namespace {

// The times are those that /proc/net/nf_conntrack shows, plus the second it rounds down.
class LinuxTcp : public ::testing::Test {
 protected:
  explicit LinuxTcp(Profile profile = linux_router()) : story(std::move(profile)) {}

  // Client 10.0.0.2:4000 begins at 1000, server 203.0.113.1:80 at 5000; both are one further
  // afterwards.
  void connect() {
    story.at(0s);
    client("S seq 1000").opens().timer(Timeout::TcpSynSent, 120s);
    server("SA seq 5000 ack 1001").refreshes().timer(Timeout::TcpSynRecv, 60s);
    client("A seq 1001 ack 5001").refreshes().timer(Timeout::TcpEstablished, 432000s);
  }
  BoxStory::Step client(std::string_view segment) {
    return story.inside("10.0.0.2:4000 > 203.0.113.1:80 tcp " + std::string(segment));
  }
  BoxStory::Step server(std::string_view segment) {
    return story.outside("203.0.113.1:80 > 198.51.100.1:4000 tcp " + std::string(segment));
  }

  BoxStory story;
};

TEST_F(LinuxTcp, ASynIsNotRefreshedByItsRetransmission) {
  story.at(0s);
  client("S seq 1000").opens().ends(120s);
  story.at(100s);
  client("S seq 1000").goes_through().ends(120s);
  story.at(120s - 1ns);
  server("SA seq 5000 ack 1001").refreshes().timer(Timeout::TcpSynRecv, 180s - 1ns);
}

TEST_F(LinuxTcp, AnAnswerAtTheEndOfSynSentComesTooLate) {
  story.at(0s);
  client("S seq 1000").opens();
  EXPECT_EQ(story.next_deadline(), 120s);
  story.at(120s);
  server("SA seq 5000 ack 1001").is_local();  // a SYN-ACK that the router's own stack refuses
  EXPECT_EQ(story.last_note().event, FlowEvent::Expired);
  EXPECT_EQ(story.last_note().at, kStart + 120s);
}

TEST_F(LinuxTcp, ASynAckIsNotRefreshedByItsRetransmission) {
  story.at(0s);
  client("S seq 1000");
  server("SA seq 5000 ack 1001").ends(60s);
  story.at(2s);
  server("SA seq 5000 ack 1001").goes_through().ends(60s);
}

TEST_F(LinuxTcp, UnacknowledgedDataLeaveFiveMinutesUntilTheyAreAcknowledged) {
  connect();
  story.at(10s);
  client("PA seq 1001 ack 5001 len 100").refreshes().timer(Timeout::TcpUnacknowledged, 310s);
  story.at(11s);
  server("A seq 5001 ack 1101").refreshes().timer(Timeout::TcpEstablished, 432011s);
  server("PA seq 5001 ack 1101 len 50").timer(Timeout::TcpUnacknowledged, 311s);
  client("A seq 1101 ack 5051").timer(Timeout::TcpEstablished, 432011s);
}

TEST_F(LinuxTcp, ADataSegmentWithoutAckDiesExactlyAtItsTimeout) {
  connect();
  story.at(10s);
  client("PA seq 1001 ack 5001 len 100").ends(310s);
  story.at(310s - 1ns);
  server("A seq 5001 ack 1101").refreshes();
  story.at(320s);
  client("PA seq 1101 ack 5001 len 100").ends(620s);
  story.at(620s);
  server("A seq 5001 ack 1201")
      .is_local()
      .answered(Side::External, "198.51.100.1:4000 > 203.0.113.1:80 tcp [R] seq 1201 len 0");
}

TEST_F(LinuxTcp, TheFourthIdenticalProbeLeavesFiveMinutes) {
  connect();
  client("A seq 1000 ack 5001").timer(Timeout::TcpEstablished, 432000s);
  client("A seq 1000 ack 5001").timer(Timeout::TcpEstablished, 432000s);
  client("A seq 1000 ack 5001").timer(Timeout::TcpEstablished, 432000s);
  client("A seq 1000 ack 5001").timer(Timeout::TcpMaxRetrans, 300s);
  server("A seq 5001 ack 1001").timer(Timeout::TcpEstablished, 432000s);
}

TEST_F(LinuxTcp, AClosedWindowLeavesFiveMinutes) {
  connect();
  server("A seq 5001 ack 1001 win 0").timer(Timeout::TcpMaxRetrans, 300s);
  client("A seq 1000 ack 5001").timer(Timeout::TcpEstablished, 432000s);
  server("A seq 5001 ack 1001 win 0").timer(Timeout::TcpMaxRetrans, 300s);
  server("A seq 5001 ack 1001 win 1").timer(Timeout::TcpEstablished, 432000s);
}

TEST_F(LinuxTcp, AnExactResetClosesAndTheEntryStaysTenSeconds) {
  connect();
  server("R seq 5001").refreshes().timer(Timeout::TcpClose, 10s);
  client("A seq 1001 ack 5001").refreshes().timer(Timeout::TcpClose, 10s);
}

TEST_F(LinuxTcp, AResetBesideTheMarkLeavesTheStateForTheChallengeAck) {
  connect();
  server("R seq 5501").refreshes().timer(Timeout::TcpClose, 10s);
  // To the box, the RST was 500 bytes ahead of what the challenge acknowledges.
  story.at(1s);
  client("A seq 1001 ack 5001").timer(Timeout::TcpUnacknowledged, 301s);
}

TEST_F(LinuxTcp, AResetBelowTheMarkIsInvalid) {
  connect();
  server("R seq 5000").is_local().ends(432000s).silently();
}

class LinuxTcpIgnoringInvalidResets : public LinuxTcp {
 protected:
  static Profile profile() {
    Profile profile = linux_router();
    profile.netfilter.tcp_ignore_invalid_rst = true;
    return profile;
  }
  LinuxTcpIgnoringInvalidResets() : LinuxTcp(profile()) {}
};

TEST_F(LinuxTcpIgnoringInvalidResets, AResetBelowTheMarkGetsToTheReceiver) {
  connect();
  server("R seq 5000").refreshes().timer(Timeout::TcpClose, 10s);
  client("A seq 1001 ack 5001").timer(Timeout::TcpEstablished, 432000s);
}

TEST_F(LinuxTcp, AResetInsteadOfASynAckEndsTheEntryAtOnce) {
  story.at(0s);
  client("S seq 1000").opens();
  server("RA seq 0 ack 1001").goes_through().to("10.0.0.2:4000");
  EXPECT_EQ(story.last_note().event, FlowEvent::Closed);
  EXPECT_EQ(story.box().size(), 0u);
}

TEST_F(LinuxTcp, AResetThatEndsATrainOfDataClosesAtOnce) {
  connect();
  server("PA seq 5001 ack 1001 len 19");
  server("R seq 5020").timer(Timeout::TcpClose, 10s);
  client("A seq 1001 ack 5020").timer(Timeout::TcpClose, 10s);
}

TEST_F(LinuxTcp, AnAckOfDataNeverSeenIsInvalidAndAnsweredByTheRouterItself) {
  connect();
  story.at(5s);
  server("A seq 5001 ack 999999")
      .is_local()
      .ends(432000s)
      .answered(Side::External, "198.51.100.1:4000 > 203.0.113.1:80 tcp [R] seq 999999 len 0");
}

class LiberalLinuxTcp : public LinuxTcp {
 protected:
  static Profile profile() {
    Profile profile = linux_router();
    profile.netfilter.tcp_be_liberal = true;
    return profile;
  }
  LiberalLinuxTcp() : LinuxTcp(profile()) {}
};

TEST_F(LiberalLinuxTcp, AnAckOfDataNeverSeenPasses) {
  connect();
  server("A seq 5001 ack 999999").refreshes().to("10.0.0.2:4000");
}

TEST_F(LiberalLinuxTcp, EvenSoAResetBelowTheMarkIsInvalid) {
  connect();
  server("R seq 5000").is_local();
}

TEST_F(LinuxTcp, OldDataPassWithoutRefreshing) {
  connect();
  story.at(5s);
  server("PA seq 4294772297 ack 1001 len 10").goes_through().ends(432000s);
}

TEST_F(LinuxTcp, TheLeftEdgeOfTheWindowIsOneWindowBack) {
  connect();  // both windows are 64000
  story.at(1s);
  server("A seq 4294908297 ack 1001").refreshes();     // 5001 - 64000
  server("A seq 4294908296 ack 1001").goes_through();  // one further back
}

TEST_F(LinuxTcp, AnAckMayLagBehindBySixtySixThousand) {
  connect();
  story.at(1s);
  server("A seq 5001 ack 4294902297").refreshes();     // 1001 - 66000
  server("A seq 5001 ack 4294902296").goes_through();  // one further back
}

TEST_F(LinuxTcp, DataBeyondTheWindowPassButFurtherOnesAreInvalid) {
  connect();
  story.at(1s);
  // The client's window ends at 5001 + 64000 = 69001.
  server("A seq 69001 ack 1001").refreshes();
  server("A seq 69002 ack 1001").goes_through();
  server("A seq 200000 ack 1001").is_local();
}

TEST_F(LinuxTcp, ClosingGoesThroughItsFourTimers) {
  connect();
  client("FA seq 1001 ack 5001").timer(Timeout::TcpFinWait, 120s);
  server("A seq 5001 ack 1002").timer(Timeout::TcpCloseWait, 60s);
  story.at(20s);
  server("PA seq 5001 ack 1002 len 10").timer(Timeout::TcpCloseWait, 80s);
  client("A seq 1002 ack 5011").timer(Timeout::TcpCloseWait, 80s);
  server("FA seq 5011 ack 1002").timer(Timeout::TcpLastAck, 50s);
  client("A seq 1002 ack 5012").timer(Timeout::TcpTimeWait, 140s);
}

TEST_F(LinuxTcp, ARepeatedFinOfTheSameSideLooksLikeTheOthers) {
  connect();
  client("FA seq 1001 ack 5001").timer(Timeout::TcpFinWait, 120s);
  client("FA seq 1001 ack 5001").timer(Timeout::TcpLastAck, 30s);
}

TEST_F(LinuxTcp, ASynInTimeWaitBeginsAFreshEntry) {
  connect();
  client("FA seq 1001 ack 5001");
  server("FA seq 5001 ack 1002");
  client("A seq 1002 ack 5002").timer(Timeout::TcpTimeWait, 120s);
  story.at(1s);
  client("S seq 9000").opens().timer(Timeout::TcpSynSent, 121s).from("198.51.100.1:4000");
  EXPECT_EQ(story.count(FlowEvent::Closed), 1u);
  EXPECT_EQ(story.count(FlowEvent::Opened), 2u);
}

TEST_F(LinuxTcp, ASynInTimeWaitBeginsAFreshEntryAlsoWhereTheServerHadClosedFirst) {
  connect();
  server("FA seq 5001 ack 1001");
  client("FA seq 1001 ack 5002");
  server("A seq 5002 ack 1002").timer(Timeout::TcpTimeWait, 120s);
  story.at(1s);
  client("S seq 9000").opens().timer(Timeout::TcpSynSent, 121s);
  EXPECT_EQ(story.count(FlowEvent::Closed), 1u);
}

TEST_F(LinuxTcp, ASynOnALiveConnectionIsForwardedAndMayBringTheBoxBackInStep) {
  connect();
  story.at(5s);
  client("S seq 70000").goes_through().ends(432000s);
  server("SA seq 90000 ack 70001").refreshes().timer(Timeout::TcpSynRecv, 65s);
  client("A seq 70001 ack 90001").timer(Timeout::TcpEstablished, 432005s);
}

TEST_F(LinuxTcp, ASynOnALiveConnectionDrawsAChallengeAndTheResetCloses) {
  connect();
  client("S seq 70000").goes_through().ends(432000s);
  server("A seq 5001 ack 1001").refreshes();
  client("R seq 1001").timer(Timeout::TcpClose, 10s);
}

TEST_F(LinuxTcp, SimultaneousOpenEndsEstablished) {
  story.at(0s);
  client("S seq 1000").opens();
  story.at(1s);
  server("S seq 5000").goes_through().timer(Timeout::TcpSynSent, 120s);
  client("SA seq 1000 ack 5001").timer(Timeout::TcpSynRecv, 61s);
  server("A seq 5001 ack 1001").timer(Timeout::TcpEstablished, 432001s);
}

TEST_F(LinuxTcp, ImpossibleFlagsLeakUntranslatedAndLeaveTheTimerAlone) {
  connect();
  story.at(5s);
  client("F seq 1001").leaks().ends(432000s).from("10.0.0.2:4000");
  client("SF seq 1001").leaks().from("10.0.0.2:4000");
  client("- seq 1001").leaks().from("10.0.0.2:4000");
}

TEST_F(LinuxTcp, OnlySynAndAckBeginAnEntry) {
  story.at(0s);
  for (const char* flags : {"SA", "FA", "F", "R", "RA", "SF", "-"}) {
    client(std::string(flags) + " seq 1 ack 1").leaks().from("10.0.0.2:4000");
  }
  EXPECT_EQ(story.box().size(), 0u);
  client("UA seq 1 ack 1").picks_up().from("198.51.100.1:4000").ends(300s);
}

TEST_F(LinuxTcp, APickedUpConnectionEarnsItsFiveDaysWithThePacketAfterTheAnswer) {
  story.at(0s);
  client("A seq 1000 ack 5001").picks_up().ends(300s);
  server("A seq 5001 ack 1001").refreshes().ends(300s);
  story.at(1s);
  client("A seq 1001 ack 5001").refreshes().timer(Timeout::TcpEstablished, 432001s);
  // Both sides are treated liberally from then on.
  server("PA seq 9900000 ack 1001 len 10").refreshes();
}

TEST_F(LinuxTcp, ARevivedConnectionWithRareProbesDiesBetweenThem) {
  story.at(0s);
  client("A seq 1000 ack 5001").picks_up();
  server("A seq 5001 ack 1001").ends(300s);
  story.at(7200s);
  client("A seq 1000 ack 5001").picks_up().ends(7500s);
  EXPECT_EQ(story.count(FlowEvent::Expired), 1u);
  EXPECT_EQ(story.notes()[1].at, kStart + 300s);
}

TEST_F(LinuxTcp, AResetFromAServerThatKnowsNothingEndsAPickedUpEntry) {
  story.at(0s);
  client("A seq 1000 ack 5001").picks_up();
  server("R seq 5001").goes_through().to("10.0.0.2:4000");
  EXPECT_EQ(story.last_note().event, FlowEvent::Closed);
}

TEST_F(LinuxTcp, FinsOutOfTheWindowFromBothSidesLowerTheTimeout) {
  connect();
  story.at(10s);
  client("FA seq 999999 ack 5001").leaks().ends(432000s);
  server("FA seq 999999 ack 1001").is_local().timer(Timeout::TcpUnacknowledged, 310s);
  story.at(310s - 1ns).expire();
  EXPECT_EQ(story.next_deadline(), 310s);
  client("A seq 1001 ack 5001").refreshes().timer(Timeout::TcpEstablished, 432310s - 1ns);
}

TEST_F(LinuxTcp, AResetInAClosingStateIsTakenWithoutLookingAtItsNumbers) {
  connect();
  client("FA seq 1001 ack 5001").timer(Timeout::TcpFinWait, 120s);
  server("R seq 1").refreshes().timer(Timeout::TcpClose, 10s);
}

TEST_F(LinuxTcp, DataBeyondTheWindowMayBeAcknowledgedLater) {
  connect();
  server("PA seq 69002 ack 1001 len 10").goes_through();
  client("A seq 1001 ack 69012").refreshes();
  client("A seq 1001 ack 69013").leaks();
}

TEST_F(LinuxTcp, AChallengeAckInLastAckDoesNotPassForTheLastOne) {
  connect();
  client("FA seq 1001 ack 5001");
  server("FA seq 5001 ack 1002").timer(Timeout::TcpLastAck, 30s);
  story.at(1s);
  client("S seq 90000").goes_through().timer(Timeout::TcpLastAck, 30s);
  server("A seq 5002 ack 1002").goes_through().timer(Timeout::TcpLastAck, 30s);
  server("A seq 5002 ack 1002").refreshes().timer(Timeout::TcpTimeWait, 121s);
}

TEST_F(LinuxTcp, AResetThatAnswersAChallengeIsTakenWithoutLookingAtTheWindow) {
  story.at(0s);
  client("S seq 1000").opens();
  server("A seq 7 ack 900000").goes_through();
  client("R seq 900000").refreshes().timer(Timeout::TcpClose, 10s);
}

TEST_F(LinuxTcp, AResetThatRefusesAStraySynIsTakenWithoutLookingAtItsNumber) {
  connect();
  story.at(10s);
  client("S seq 900000").goes_through();
  server("RA seq 77 ack 900001").refreshes().timer(Timeout::TcpClose, 20s);
}

TEST_F(LinuxTcp, NobodyRefusesAStraySynOfItsOwn) {
  connect();
  story.at(10s);
  client("S seq 900000").goes_through();
  client("RA seq 77 ack 900001").leaks().timer(Timeout::TcpEstablished, 432000s);
}

TEST_F(LinuxTcp, AResetWithNumberZeroBelongsToTheSynBeforeIt) {
  story.at(0s);
  client("S seq 3000000000").opens();
  client("R seq 0").goes_through();
  EXPECT_EQ(story.box().size(), 0u);
}

class ImpatientLinuxTcp : public LinuxTcp {
 protected:
  static Profile profile() {
    Profile profile = linux_router();
    profile.timeouts[Timeout::TcpEstablished] = 200s;
    profile.timeouts[Timeout::TcpUnacknowledged] = 50s;
    return profile;
  }
  ImpatientLinuxTcp() : LinuxTcp(profile()) {}
  void both_fins_out_of_the_window() {
    client("FA seq 999999 ack 5001").leaks().ends(200s);
    server("FA seq 999999 ack 1001").is_local();
  }
};

TEST_F(ImpatientLinuxTcp, OutOfStepAFlowIsShortenedWhileTwoMinutesRemain) {
  story.at(0s);
  client("S seq 1000");
  server("SA seq 5000 ack 1001");
  client("A seq 1001 ack 5001").ends(200s);
  story.at(80s);
  both_fins_out_of_the_window();
  story.at(130s - 1ns).expire();
  EXPECT_EQ(story.next_deadline(), 130s);
}

TEST_F(ImpatientLinuxTcp, OutOfStepAFlowIsLeftAloneWhenLessRemains) {
  story.at(0s);
  client("S seq 1000");
  server("SA seq 5000 ack 1001");
  client("A seq 1001 ack 5001").ends(200s);
  story.at(80s + 1ns);
  both_fins_out_of_the_window();
  story.at(130s).expire();
  EXPECT_EQ(story.next_deadline(), 200s);
}

TEST_F(LinuxTcp, ANumberSpaceThatWrapsMakesNoDifference) {
  story.at(0s);
  client("S seq 4294967290").opens();
  server("SA seq 4294967295 ack 4294967291");
  client("A seq 4294967291 ack 0").timer(Timeout::TcpEstablished, 432000s);
  client("PA seq 4294967291 ack 0 len 10").timer(Timeout::TcpUnacknowledged, 300s);
  server("A seq 0 ack 5").timer(Timeout::TcpEstablished, 432000s);
}

}  // namespace
}  // namespace stayalive::testing
