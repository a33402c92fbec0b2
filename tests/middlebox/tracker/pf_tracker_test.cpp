// SPDX-License-Identifier: Apache-2.0
#include "middlebox/tracker/pf_tracker.h"

#include <gtest/gtest.h>

#include "support/box_profiles.h"
#include "support/box_story.h"

namespace stayalive::testing {
namespace {

class Pf : public ::testing::Test {
 protected:
  explicit Pf(Profile profile = pf_nat()) : story(std::move(profile)) {}
  void connect() {
    story.at(0s);
    client("S seq 1000").opens().timer(Timeout::TcpFirst, 120s);
    server("SA seq 5000 ack 1001").refreshes().timer(Timeout::TcpOpening, 30s);
    client("A seq 1001 ack 5001").refreshes().timer(Timeout::TcpEstablished, 86400s);
  }
  BoxStory::Step client(const std::string& segment) {
    return story.inside("10.0.0.2:4000 > 203.0.113.1:80 tcp " + segment);
  }
  BoxStory::Step server(const std::string& segment) {
    return story.outside("203.0.113.1:80 > mapped tcp " + segment);
  }
  BoxStory story;
};

TEST_F(Pf, AConnectionGoesThroughThePairsOfStates) {
  connect();
  client("FA seq 1001 ack 5001").timer(Timeout::TcpClosing, 900s);
  server("A seq 5001 ack 1002").timer(Timeout::TcpClosing, 900s);
  server("FA seq 5001 ack 1002").timer(Timeout::TcpFinWait, 45s);
  client("A seq 1002 ack 5002").timer(Timeout::TcpClosed, 90s);
}

TEST_F(Pf, AProbeRefreshes) {
  connect();
  story.at(86400s - 1ns);
  client("A seq 1000 ack 5001").refreshes().ends(172800s - 1ns);
}

TEST_F(Pf, AProbeAtTheDeadlineIsDroppedBecauseOnlySynsOpen) {
  connect();
  story.at(86400s);
  client("A seq 1000 ack 5001").dropped(DropReason::Expired).silently();
  server("A seq 5001 ack 1001").dropped(DropReason::Expired).silently();
  client("S seq 9000").opens();
}

TEST_F(Pf, BlockReturnResetsTheSender) {
  Profile profile = pf_nat();
  profile.stray_internal = StrayInternal::Reset;
  BoxStory box{profile};
  box.at(0s)
      .inside("10.0.0.2:4000 > 203.0.113.1:80 tcp A seq 1 ack 7")
      .dropped(DropReason::BadState)
      .answered(Side::Internal, "203.0.113.1:80 > 10.0.0.2:4000 tcp [R] seq 7 len 0");
}

TEST_F(Pf, AResetMustBeExactGiveOrTakeOne) {
  connect();
  server("R seq 5003").dropped(DropReason::BadState);
  server("R seq 4999").dropped(DropReason::BadState);
  server("R seq 5001").refreshes().timer(Timeout::TcpClosed, 90s);
}

TEST_F(Pf, DataOutsideTheWindowAreDroppedAndDoNotRefresh) {
  connect();
  story.at(5s);
  server("PA seq 5000000 ack 1001 len 10").dropped(DropReason::BadState).ends(86400s);
  // The client's window, 64000, begins at 5001.
  server("PA seq 68991 ack 1001 len 10").refreshes();
  server("PA seq 69001 ack 1001 len 1").dropped(DropReason::BadState);
}

TEST_F(Pf, ASynOnALiveConnectionIsChallengedOnBehalfOfTheOtherEnd) {
  connect();
  story.at(5s);
  client("S seq 90000")
      .dropped(DropReason::BadState)
      .ends(86400s)
      .answered(Side::Internal, "203.0.113.1:80 > 10.0.0.2:4000 tcp [A] seq 5001 ack 1000 len 0");
}

TEST_F(Pf, ASynOnAClosedConnectionIsSacrificedAndTheNextOneOpens) {
  connect();
  client("FA seq 1001 ack 5001");
  server("FA seq 5001 ack 1002");
  client("A seq 1002 ack 5002").timer(Timeout::TcpClosed, 90s);
  client("S seq 90000").dropped(DropReason::BadState);
  EXPECT_EQ(story.last_note().event, FlowEvent::Closed);
  client("S seq 90000").opens();
}

TEST_F(Pf, AfterTheEndOldSegmentsPassLooselyWithoutRefreshing) {
  connect();
  client("FA seq 1001 ack 5001");
  server("FA seq 5001 ack 1002");
  client("A seq 1002 ack 5002").timer(Timeout::TcpClosed, 90s);
  story.at(10s);
  // The window ends at 5002 + 64000; loosely, 67035 further.
  server("PA seq 136037 ack 1002 len 1").dropped(DropReason::BadState);
  server("PA seq 136036 ack 1002 len 1").goes_through().timer(Timeout::TcpClosed, 90s);
}

TEST_F(Pf, UdpNeedsAnAnswerAndAnAnswerToThatToBeMultiple) {
  story.at(0s).inside("10.0.0.2:5000 > 203.0.113.1:53 udp 1").timer(Timeout::UdpFirst, 60s);
  story.at(1s).inside("10.0.0.2:5000 > 203.0.113.1:53 udp 1").timer(Timeout::UdpSingle, 31s);
  story.at(2s).outside("203.0.113.1:53 > mapped udp 1").timer(Timeout::UdpSingle, 32s);
  story.at(3s).inside("10.0.0.2:5000 > 203.0.113.1:53 udp 1").timer(Timeout::UdpMultiple, 63s);
  story.at(63s).outside("203.0.113.1:53 > mapped udp 1").dropped(DropReason::Expired);
}

class SweepingPf : public Pf {
 protected:
  static Profile profile() {
    Profile profile = pf_nat();
    profile.reap_interval = 10s;
    profile.timeouts[Timeout::UdpFirst] = 55s;
    return profile;
  }
  SweepingPf() : Pf(profile()) {}
};

TEST_F(SweepingPf, AStatePastItsTimeStillMatchesUntilTheSweepAndIsRefreshed) {
  story.at(0s).inside("10.0.0.2:5000 > 203.0.113.1:53 udp 1").ends(60s);
  EXPECT_EQ(story.next_deadline(), 60s);
  story.at(60s - 1ns).outside("203.0.113.1:53 > mapped udp 1").refreshes().ends(90s);
  story.at(90s).outside("203.0.113.1:53 > mapped udp 1").dropped(DropReason::Expired).ends(90s);
  EXPECT_EQ(story.last_note().at, kStart + 90s);
}

class CrowdedPf : public Pf {
 protected:
  static Profile profile() {
    Profile profile = pf_nat();
    profile.reap_interval = 10s;
    profile.adaptive = {6, 12};
    return profile;
  }
  CrowdedPf() : Pf(profile()) {}
  void open_states(int count) {
    for (int i = 0; i < count; ++i) {
      story.inside("10.0.0.3:" + std::to_string(6000 + i) + " > 203.0.113.1:53 udp 1").opens();
    }
  }
};

TEST_F(CrowdedPf, AFullTableShrinksTheTimeoutsOfThoseWhoWereThereBefore) {
  connect();  // one state of 86400 s
  story.at(1s);
  open_states(6);  // seven states: (12 - 7) / (12 - 6) of every timeout
  EXPECT_EQ(story.next_deadline(), 10s);
  story.at(50s);
  story.expire();
  EXPECT_EQ(story.count(FlowEvent::Expired), 0u);
  // 5/6 of 60 s is over at 51 s.  The first to go makes six states, and the rest live on.
  story.at(60s);
  story.expire();
  EXPECT_EQ(story.count(FlowEvent::Expired), 1u);
  EXPECT_EQ(story.last_note().timeout, 50s);
  EXPECT_EQ(story.last_note().internal, endpoint("10.0.0.3:6000"));
  story.at(70s).expire();
  EXPECT_EQ(story.count(FlowEvent::Expired), 6u);
}

TEST_F(CrowdedPf, AtTheEndOfTheScaleEverythingGoesUntilThereIsRoom) {
  story.at(1s);
  open_states(12);
  story.at(10s).expire();
  EXPECT_EQ(story.count(FlowEvent::Expired), 1u);
  EXPECT_EQ(story.last_note().timeout, 0s);
  EXPECT_EQ(story.box().size(), 11u);
}

}  // namespace
}  // namespace stayalive::testing
