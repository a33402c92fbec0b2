// SPDX-License-Identifier: Apache-2.0
#include "middlebox/ending/dead_connection_detection.h"

#include <gtest/gtest.h>

#include "support/box_profiles.h"
#include "support/box_story.h"

namespace stayalive::testing {
namespace {

// A load balancer that forgets after 350 s, but probes both ends up to three times, every 15 s.
Profile probing(Profile profile) {
  profile.dead_connection_detection = {3, 15s};
  return profile;
}

class Probing : public ::testing::Test {
 protected:
  explicit Probing(const Profile& profile = probing(idle_balancer())) : story(profile) {}
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
  // Lets the box do what is due; whom it probes: "internal external", "external" or "".
  std::string probed() {
    story.expire();
    std::string sides;
    for (const Outbox::Sent& sent : story.sent()) {
      EXPECT_EQ(sent.packet.flags, tcp_flag::kAck);
      EXPECT_EQ(sent.packet.payload, 0);
      sides += (sides.empty() ? "" : " ") + std::string(name(sent.to));
    }
    return sides;
  }
  BoxStory story;
};

TEST_F(Probing, BothEndsAreProbedWhenTheIdleTimerRunsOut) {
  connect();
  client("PA seq 1001 ack 5001 len 100");
  server("PA seq 5001 ack 1101 len 30");
  client("A seq 1101 ack 5031");
  EXPECT_EQ(story.next_deadline(), 350s);
  story.at(350s - 1ns).expire();
  EXPECT_TRUE(story.sent().empty());
  story.at(350s).expire();
  ASSERT_EQ(story.sent().size(), 2u);
  EXPECT_EQ(story.sent()[0].to, Side::Internal);
  EXPECT_EQ(print_packet(story.sent()[0].packet),
            "203.0.113.1:80 > 10.0.0.2:4000 tcp [A] seq 5030 ack 1101 len 0");
  EXPECT_EQ(story.sent()[1].to, Side::External);
  EXPECT_EQ(print_packet(story.sent()[1].packet),
            "10.0.0.2:4000 > 203.0.113.1:80 tcp [A] seq 1100 ack 5031 len 0");
  EXPECT_EQ(story.count(FlowEvent::Expired), 0u);
  EXPECT_EQ(story.next_deadline(), 365s);
}

TEST_F(Probing, TheTimerStartsAnewWhenBothHaveAnswered) {
  connect();
  story.at(350s).expire();
  story.at(350s + 10ms);
  client("A seq 1001 ack 5001").is_consumed().silently().timer(Timeout::TcpEstablished, 365s);
  story.at(350s + 40ms);
  server("A seq 5001 ack 1001").is_consumed().timer(Timeout::TcpEstablished, 700s + 40ms);
  story.at(700s + 40ms - 1ns);
  EXPECT_EQ(probed(), "");
  story.at(700s + 40ms);
  EXPECT_EQ(probed(), "internal external");
}

TEST_F(Probing, OnlyTheEndThatIsSilentIsProbedAgain) {
  connect();
  story.at(350s);
  EXPECT_EQ(probed(), "internal external");
  story.at(351s);
  client("A seq 1001 ack 5001").is_consumed();
  story.at(365s - 1ns);
  EXPECT_EQ(probed(), "");
  story.at(365s);
  EXPECT_EQ(probed(), "external");
  story.at(366s);
  server("A seq 5001 ack 1001").is_consumed().ends(716s);
}

TEST_F(Probing, AFlowIsForgottenOneIntervalAfterTheLastProbe) {
  connect();
  for (const Duration due : {350s, 365s, 380s}) {
    EXPECT_EQ(story.next_deadline(), due);
    story.at(due);
    EXPECT_EQ(probed(), "internal external");
  }
  story.at(395s - 1ns).expire();
  EXPECT_EQ(story.count(FlowEvent::Expired), 0u);
  story.at(395s).expire();
  EXPECT_TRUE(story.sent().empty());
  ASSERT_EQ(story.count(FlowEvent::Expired), 1u);
  EXPECT_EQ(story.last_note().at, kStart + 395s);
  EXPECT_EQ(story.last_note().timeout, 350s);
  EXPECT_EQ(story.last_note().refreshed_at, kStart);
  server("A seq 5001 ack 1001").dropped(DropReason::Expired).ends(395s);
}

TEST_F(Probing, OneEndAloneDoesNotKeepAFlow) {
  connect();
  for (const Duration due : {350s, 365s, 380s}) {
    story.at(due).expire();
    client("A seq 1001 ack 5001").is_consumed();
  }
  story.at(395s).expire();
  EXPECT_EQ(story.count(FlowEvent::Expired), 1u);
}

TEST_F(Probing, AnAnswerIsInTimeUntilTheFlowIsForgotten) {
  connect();
  story.at(395s - 1ns);
  client("A seq 1001 ack 5001").is_consumed();
  server("A seq 5001 ack 1001").is_consumed().ends(745s - 1ns);
}

TEST_F(Probing, AnythingElseOfTheConnectionEndsTheProbing) {
  connect();
  story.at(350s).expire();
  client("A seq 1001 ack 5001").is_consumed();
  story.at(360s);
  server("PA seq 5001 ack 1001 len 5").refreshes().ends(710s);
  client("A seq 1001 ack 5006").refreshes();
  story.at(710s);
  EXPECT_EQ(probed(), "internal external") << "earlier answers do not count";
}

TEST_F(Probing, AKeepaliveProbeOfAnEndIsNoAnswer) {
  connect();
  story.at(350s).expire();
  client("A seq 1000 ack 5001").refreshes().ends(700s);
  server("A seq 5001 ack 1001").refreshes();
}

TEST_F(Probing, AnEndThatKnowsNoConnectionResetsItForTheOther) {
  connect();
  story.at(350s).expire();
  server("R seq 5001").goes_through();
  EXPECT_EQ(story.count(FlowEvent::Closed), 1u);
  story.at(365s);
  EXPECT_EQ(probed(), "");
}

TEST_F(Probing, AFlushForgetsWhomItWasAsking) {
  connect();
  story.at(350s).expire();
  story.flush();
  EXPECT_EQ(story.next_deadline(), kNever - kStart);
  client("A seq 1001 ack 5001").dropped(DropReason::BadState);
}

TEST_F(Probing, ALateDriverSeesTheSameProbesAllTogether) {
  connect();
  story.at(380s).expire();
  EXPECT_EQ(story.sent().size(), 6u);
  EXPECT_EQ(story.next_deadline(), 395s);
}

class ProbingAndResetting : public Probing {
 protected:
  static Profile profile() {
    Profile profile = probing(idle_balancer());
    profile.on_expiry = ExpiryAction::ResetBoth;
    return profile;
  }
  ProbingAndResetting() : Probing(profile()) {}
};

TEST_F(ProbingAndResetting, WhoeverIsLeftIsResetInTheEnd) {
  connect();
  story.at(395s - 1ns).expire();
  story.at(395s).expire();
  ASSERT_EQ(story.sent().size(), 2u);
  EXPECT_EQ(print_packet(story.sent()[0].packet),
            "203.0.113.1:80 > 10.0.0.2:4000 tcp [R] seq 5001 len 0");
}

class ProbingNat : public Probing {
 protected:
  ProbingNat() : Probing(probing(rfc_nat())) {}
};

TEST_F(ProbingNat, OnlyEstablishedConnectionsAreProbed) {
  story.at(0s).inside("10.0.0.2:5000 > 203.0.113.1:53 udp 1").opens();
  story.inside("10.0.0.2:4001 > 203.0.113.1:80 tcp S seq 1").opens();
  story.at(240s).expire();
  EXPECT_TRUE(story.sent().empty());
  EXPECT_EQ(story.count(FlowEvent::Expired), 2u);
}

TEST_F(ProbingNat, AHalfClosedConnectionIsForgottenWithoutAsking) {
  connect();
  client("FA seq 1001 ack 5001").timer(Timeout::TcpHalfClosed, 7440s);
  server("A seq 5001 ack 1002");
  story.at(7440s).expire();
  EXPECT_TRUE(story.sent().empty());
  EXPECT_EQ(story.count(FlowEvent::Expired), 1u);
}

TEST_F(ProbingNat, TheOutsideIsProbedFromTheExternalEndpoint) {
  connect();
  story.at(7440s).expire();
  ASSERT_EQ(story.sent().size(), 2u);
  EXPECT_EQ(print_packet(story.sent()[1].packet),
            "198.51.100.1:4000 > 203.0.113.1:80 tcp [A] seq 1000 ack 5001 len 0");
  server("A seq 5001 ack 1001").is_consumed().to("10.0.0.2:4000");
  client("A seq 1001 ack 5001").is_consumed().ends(14880s);
}

class ProbingLinux : public Probing {
 protected:
  ProbingLinux() : Probing(probing(linux_firewall())) {}
};

TEST_F(ProbingLinux, ALinuxBoxProbesInTheSameWay) {
  connect();
  story.at(432000s - 1ns);
  EXPECT_EQ(probed(), "");
  story.at(432000s);
  EXPECT_EQ(probed(), "internal external");
  client("A seq 1001 ack 5001").is_consumed().ends(432015s);
  server("A seq 5001 ack 1001").is_consumed().timer(Timeout::TcpEstablished, 864000s);
}

}  // namespace
}  // namespace stayalive::testing
