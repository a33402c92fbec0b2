// SPDX-License-Identifier: Apache-2.0
#include "middlebox/tracker/idle_tracker.h"

#include <gtest/gtest.h>

#include "support/box_profiles.h"
#include "support/box_story.h"

namespace stayalive::testing {
namespace {

class Balancer {
 public:
  explicit Balancer(Profile profile = idle_balancer()) : story(std::move(profile)) {}
  void connect() {
    story.at(0s);
    client("S seq 1000").opens();
    server("SA seq 5000 ack 1001").passes();
    client("A seq 1001 ack 5001").passes();
  }
  BoxStory::Step client(const std::string& segment) {
    return story.inside("10.0.0.2:4000 > 203.0.113.1:80 tcp " + segment);
  }
  BoxStory::Step server(const std::string& segment) {
    return story.outside("203.0.113.1:80 > mapped tcp " + segment);
  }
  BoxStory story;
};

TEST(IdleTracker, OneTimerRunsFromTheSynOn) {
  Balancer box;
  box.story.at(0s);
  box.client("S seq 1000").opens().timer(Timeout::TcpEstablished, 350s);
  box.story.at(10s);
  box.server("SA seq 5000 ack 1001").refreshes().timer(Timeout::TcpEstablished, 360s);
}

TEST(IdleTracker, AnOpeningTimerCountsUntilASynHasComeFromBothSides) {
  Profile profile = idle_balancer();
  profile.timeouts[Timeout::TcpOpening] = 30s;
  Balancer box{profile};
  box.story.at(0s);
  box.client("S seq 1000").timer(Timeout::TcpOpening, 30s);
  box.story.at(30s - 1ns);
  box.server("SA seq 5000 ack 1001").timer(Timeout::TcpEstablished, 380s - 1ns);
}

TEST(IdleTracker, AProbeJustBeforeTheEndKeepsTheFlow) {
  Balancer box;
  box.connect();
  box.story.at(350s - 1ns);
  box.client("A seq 1000 ack 5001").refreshes().ends(700s - 1ns);
}

TEST(IdleTracker, ASegmentAtTheDeadlineDrawsAReset) {
  Balancer box;
  box.connect();
  box.story.at(350s);
  box.client("A seq 1000 ack 5001")
      .dropped(DropReason::Expired)
      .ends(350s)
      .answered(Side::Internal, "203.0.113.1:80 > 10.0.0.2:4000 tcp [R] seq 5001 len 0");
  box.server("PA seq 5001 ack 1001 len 9")
      .dropped(DropReason::Expired)
      .answered(Side::External, "10.0.0.2:4000 > 203.0.113.1:80 tcp [R] seq 1001 len 0");
  EXPECT_EQ(box.story.count(FlowEvent::Expired), 1u);
}

TEST(IdleTracker, AResetIsNotAnsweredByAReset) {
  Balancer box;
  box.connect();
  box.story.at(350s);
  box.client("R seq 1001").dropped(DropReason::Expired).silently();
}

TEST(IdleTracker, FinBothWaysStartsTheClosingTimerWhichRunsOut) {
  Balancer box;
  box.connect();
  box.story.at(10s);
  box.client("FA seq 1001 ack 5001").timer(Timeout::TcpEstablished, 360s);
  box.server("FA seq 5001 ack 1002").timer(Timeout::TcpClosing, 40s);
  box.story.at(20s);
  box.client("A seq 1002 ack 5002").goes_through().timer(Timeout::TcpClosing, 40s);
  box.client("S seq 9000").opens();
}

TEST(IdleTracker, AResetEndsTheFlow) {
  Balancer box;
  box.connect();
  box.server("R seq 5001").goes_through();
  EXPECT_EQ(box.story.last_note().event, FlowEvent::Closed);
  box.client("A seq 1001 ack 5001").dropped(DropReason::BadState);
}

TEST(IdleTracker, SilentBoxesDropWhatComesLate) {
  Profile profile = idle_balancer();
  profile.stray_internal = StrayInternal::Drop;
  profile.stray_external = StrayExternal::Drop;
  Balancer box{profile};
  box.connect();
  box.story.at(350s);
  box.client("A seq 1000 ack 5001").dropped(DropReason::Expired).silently();
  box.server("A seq 5001 ack 1001").dropped(DropReason::Expired).silently();
}

TEST(IdleTracker, ABoxThatPicksUpGoesOnWithThePacketFromInside) {
  Profile profile = idle_balancer();
  profile.stray_internal = StrayInternal::PickUp;
  profile.stray_external = StrayExternal::Drop;
  Balancer box{profile};
  box.connect();
  box.story.at(400s);
  box.server("A seq 5001 ack 1001").dropped(DropReason::Expired);
  box.client("A seq 1000 ack 5001").picks_up().timer(Timeout::TcpEstablished, 750s);
  box.server("A seq 5001 ack 1001").refreshes();
  box.story.at(750s);
  box.client("R seq 1001").dropped(DropReason::Expired).silently();
}

TEST(IdleTracker, ABoxThatLeaksForwardsUntranslated) {
  Profile profile = idle_balancer();
  profile.translate = true;
  profile.stray_internal = StrayInternal::Leak;
  Balancer box{profile};
  box.connect();
  box.story.at(350s);
  box.client("A seq 1000 ack 5001").leaks().from("10.0.0.2:4000");
}

TEST(IdleTracker, AnAdmittingFirewallOpensForTheOutside) {
  Profile profile = idle_balancer();
  profile.stray_external = StrayExternal::Admit;
  Balancer box{profile};
  box.connect();
  box.story.at(350s);
  box.story.outside("203.0.113.1:80 > 10.0.0.2:4000 tcp PA seq 5001 ack 1001 len 5").picks_up();
  box.client("A seq 1001 ack 5006").refreshes();
  box.story.outside("203.0.113.7:99 > 10.0.0.2:4000 tcp S seq 1").opens();
}

TEST(IdleTracker, AtExpiryBothEndsMayGetAResetTheyBelieve) {
  Profile profile = idle_balancer();
  profile.translate = true;
  profile.on_expiry = ExpiryAction::ResetBoth;
  Balancer box{profile};
  box.connect();
  box.client("PA seq 1001 ack 5001 len 100");
  box.server("PA seq 5001 ack 1101 len 30");
  box.client("A seq 1101 ack 5031");
  box.story.at(350s - 1ns).expire();
  EXPECT_TRUE(box.story.sent().empty());
  box.story.at(350s).expire();
  ASSERT_EQ(box.story.sent().size(), 2u);
  EXPECT_EQ(box.story.sent()[0].to, Side::Internal);
  EXPECT_EQ(print_packet(box.story.sent()[0].packet),
            "203.0.113.1:80 > 10.0.0.2:4000 tcp [R] seq 5031 len 0");
  EXPECT_EQ(box.story.sent()[1].to, Side::External);
  EXPECT_EQ(print_packet(box.story.sent()[1].packet),
            "198.51.100.1:4000 > 203.0.113.1:80 tcp [R] seq 1101 len 0");
}

TEST(IdleTracker, TheResetCarriesWhatTheReceiverExpectsEvenWhenDataWereLostOnTheWay) {
  Profile profile = idle_balancer();
  profile.on_expiry = ExpiryAction::ResetBoth;
  Balancer box{profile};
  box.connect();
  box.server("PA seq 5001 ack 1001 len 30").refreshes();  // never acknowledged
  box.story.at(350s).expire();
  ASSERT_EQ(box.story.sent().size(), 2u);
  EXPECT_EQ(box.story.sent()[0].packet.sequence, 5001u);
}

TEST(IdleTracker, AHandshakeThatNeverEndedIsForgottenSilently) {
  Profile profile = idle_balancer();
  profile.on_expiry = ExpiryAction::ResetBoth;
  Balancer box{profile};
  box.story.at(0s);
  box.client("S seq 1000").opens();
  box.story.at(350s).expire();
  EXPECT_TRUE(box.story.sent().empty());
  EXPECT_EQ(box.story.count(FlowEvent::Expired), 1u);
}

TEST(IdleTracker, WhereInboundDoesNotRefreshOnlyTheInsideKeepsAFlow) {
  Profile profile = idle_balancer();
  profile.refresh = {RefreshedBy::Outbound, RefreshedBy::Outbound};
  Balancer box{profile};
  box.connect();
  box.story.at(100s);
  box.server("A seq 5000 ack 1001").goes_through().ends(350s);
  box.client("A seq 1001 ack 5001").refreshes().ends(450s);
}

TEST(IdleTracker, AProbeAndItsAnswerHoldAConnectionWhoseDirectionsAreTimedApart) {
  Profile profile = idle_balancer();
  profile.refresh.tcp = RefreshedBy::Each;
  Balancer box{profile};
  box.connect();
  box.story.at(100s);
  box.client("A seq 1001 ack 5001").goes_through().ends(350s);
  box.server("A seq 5001 ack 1001").refreshes().ends(450s);
  box.story.at(200s);
  box.client("A seq 1001 ack 5001").goes_through().ends(450s);
  box.server("A seq 5001 ack 1001").refreshes().ends(550s);
}

TEST(IdleTracker, UdpMayLiveLongerOnceItHasBeenAnswered) {
  Profile profile = idle_balancer();
  profile.timeouts[Timeout::UdpSingle] = 30s;
  BoxStory story{profile};
  story.at(0s).inside("10.0.0.2:5000 > 203.0.113.1:53 udp 1").timer(Timeout::UdpSingle, 30s);
  story.at(30s - 1ns)
      .outside("203.0.113.1:53 > 10.0.0.2:5000 udp 1")
      .timer(Timeout::UdpStream, 150s - 1ns);
  story.at(150s - 1ns).outside("203.0.113.1:53 > 10.0.0.2:5000 udp 1").dropped(DropReason::Expired);
  ASSERT_EQ(story.sent().size(), 1u);
  EXPECT_EQ(story.sent()[0].packet.protocol, Protocol::Icmp);
}

}  // namespace
}  // namespace stayalive::testing
