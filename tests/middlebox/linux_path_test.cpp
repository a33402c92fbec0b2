// SPDX-License-Identifier: Apache-2.0
#include "middlebox/linux_path.h"

#include <gtest/gtest.h>

#include "support/box_profiles.h"
#include "support/box_story.h"

namespace stayalive::testing {
namespace {

TEST(LinuxUdp, AFlowLivesThirtySecondsUntilItIsSeenToBeAStream) {
  BoxStory story{linux_router()};
  story.at(0s).inside(kAsk).opens().timer(Timeout::UdpSingle, 30s);
  story.at(50ms).outside(kAnswer).refreshes().timer(Timeout::UdpSingle, 30050ms);
  story.at(1s).inside(kAsk).timer(Timeout::UdpSingle, 31s);
  story.at(1900ms).outside(kAnswer).timer(Timeout::UdpSingle, 31900ms);
  story.at(2s).inside(kAsk).timer(Timeout::UdpSingle, 32s);
  story.at(2s + 1ns).inside(kAsk).timer(Timeout::UdpStream, 122s + 1ns);
}

TEST(LinuxUdp, TheFirstAnswerNeverMakesAStreamHoweverLate) {
  BoxStory story{linux_router()};
  story.at(0s).inside(kAsk);
  story.at(5s).inside(kAsk).timer(Timeout::UdpSingle, 35s);
  story.at(6s).outside(kAnswer).timer(Timeout::UdpSingle, 36s);
  story.at(7s).outside(kAnswer).timer(Timeout::UdpStream, 127s);
}

TEST(LinuxUdp, AnAnswerPassesUpToTheDeadlineAndNotAtIt) {
  for (const bool in_time : {true, false}) {
    BoxStory story{linux_router()};
    story.at(0s).inside(kAsk);
    EXPECT_EQ(story.next_deadline(), 30s);
    if (in_time) {
      story.at(30s - 1ns).outside(kAnswer).refreshes().to("10.0.0.2:5000");
    } else {
      story.at(30s).outside(kAnswer).is_local();
    }
  }
}

// Recorded with HZ 250: a request exactly the timeout after the last one finds the flow dead, and
// one exactly two seconds after the first makes no stream.
Profile router_with_ticks() {
  Profile profile = linux_router();
  profile.hz = 250;
  return profile;
}

TEST(LinuxTicks, ATimerCountsFromTheTickInWhichItWasStarted) {
  for (const bool in_time : {true, false}) {
    BoxStory story{router_with_ticks()};
    story.at(1s + 3999us).inside(kAsk).opens().timer(Timeout::UdpSingle, 31s);
    EXPECT_EQ(story.next_deadline(), 31s);
    if (in_time) {
      story.at(31s - 1ns).outside(kAnswer).refreshes().timer(Timeout::UdpSingle, 60996ms);
    } else {
      story.at(31s).outside(kAnswer).is_local();
      EXPECT_EQ(story.last_note().event, FlowEvent::Opened) << "by the box's own stack";
    }
  }
}

TEST(LinuxTicks, TheNextTickIsAnotherDeadline) {
  BoxStory story{router_with_ticks()};
  story.at(1s + 4ms).inside(kAsk).opens().timer(Timeout::UdpSingle, 31004ms);
  story.at(31s).outside(kAnswer).refreshes();
}

TEST(LinuxTicks, ATimerThatIsNoMultipleOfATickIsRoundedUp) {
  Profile profile = router_with_ticks();
  profile.timeouts[Timeout::UdpSingle] = 1ms;
  BoxStory story{profile};
  story.at(3ms).inside(kAsk).opens().timer(Timeout::UdpSingle, 4ms);
}

TEST(LinuxTicks, AStreamBeginsOnlyMoreThanTwoSecondsOfTicksAfterTheFirstPacket) {
  for (const bool late : {false, true}) {
    BoxStory story{router_with_ticks()};
    story.at(3ms).inside(kAsk).opens();
    story.at(1s).outside(kAnswer).refreshes();
    const auto last = story.at(late ? Duration{2004ms} : 2004ms - 1ns).inside(kAsk);
    last.timer(late ? Timeout::UdpStream : Timeout::UdpSingle, late ? 122004ms : 32s);
  }
  BoxStory story{router_with_ticks()};
  story.at(4ms).inside(kAsk).opens();
  story.at(1s).outside(kAnswer).refreshes();
  story.at(2008ms - 1ns).inside(kAsk).timer(Timeout::UdpSingle, 32004ms);
  story.at(2008ms).inside(kAsk).timer(Timeout::UdpStream, 122008ms);
}

TEST(LinuxUdp, ALateAnswerStealsThePortFromTheInsideHost) {
  BoxStory story{linux_router()};
  story.at(0s).inside(kAsk).from("198.51.100.1:5000");
  story.at(31s).outside(kAnswer).is_local().timer(Timeout::UdpSingle, 61s);
  ASSERT_EQ(story.sent().size(), 1u);
  EXPECT_EQ(story.sent()[0].to, Side::External);
  EXPECT_EQ(quoted(story.sent()[0].packet).source, endpoint("203.0.113.1:53"));
  EXPECT_EQ(quoted(story.sent()[0].packet).code, Unreachable::Port);
  EXPECT_TRUE(story.last_note().local);
  EXPECT_EQ(story.last_note().event, FlowEvent::Opened);
  story.at(32s).inside(kAsk).opens();
  EXPECT_NE(story.mapped().port, 5000);
  EXPECT_GE(story.mapped().port, 1024);
}

TEST(LinuxUdp, ThePortIsFreeAgainExactlyWhenTheLocalFlowDies) {
  for (const bool early : {true, false}) {
    BoxStory story{linux_router()};
    story.at(0s).inside(kAsk);
    story.at(31s).outside(kAnswer).is_local();
    story.at(early ? 61s - 1ns : Duration{61s}).inside(kAsk).opens();
    EXPECT_EQ(story.mapped().port == 5000, !early);
  }
}

TEST(LinuxUdp, WithInputDropALateAnswerLeavesNoTraceAndThePortStays) {
  Profile profile = linux_router();
  profile.netfilter.input = InputPolicy::Drop;
  BoxStory story{profile};
  story.at(0s).inside(kAsk);
  story.at(31s).outside(kAnswer).dropped(DropReason::Expired).ends(30s).silently();
  story.at(32s).inside(kAsk).opens().from("198.51.100.1:5000");
}

TEST(LinuxUdp, WithInputRejectTheSenderHearsButNoFlowIsMade) {
  Profile profile = linux_router();
  profile.netfilter.input = InputPolicy::Reject;
  BoxStory story{profile};
  story.at(0s).inside(kAsk);
  story.at(31s).outside(kAnswer).is_local();
  EXPECT_EQ(story.sent().size(), 1u);
  EXPECT_EQ(story.box().size(), 0u);
  story.at(32s).inside(kAsk).opens().from("198.51.100.1:5000");
}

TEST(LinuxUdp, AStrangerToAMappedPortIsForTheBoxItself) {
  BoxStory story{linux_router()};
  story.at(0s).inside(kAsk);
  story.at(1s).outside("203.0.113.9:53 > mapped udp 40").is_local();
  EXPECT_EQ(story.sent().size(), 1u);
  EXPECT_EQ(story.box().size(), 2u);
}

TEST(LinuxUdp, AnIcmpErrorIsTranslatedAndNeitherRefreshesNorEnds) {
  BoxStory story{linux_router()};
  story.at(0s).inside(kAsk);
  const Packet sent = packet_of("198.51.100.1:5000 > 203.0.113.1:53 udp 40");
  const Packet error = icmp_error(ipv4(203, 0, 113, 1), Unreachable::Port, sent);
  const auto step = story.at(29s).send(Side::External, error);
  step.goes_through().ends(30s);
  EXPECT_EQ(step.packet().destination_address, ipv4(10, 0, 0, 2));
  EXPECT_EQ(quoted(step.packet()).source, endpoint("10.0.0.2:5000"));
  story.at(30s).send(Side::External, error).dropped(DropReason::Expired);
}

TEST(LinuxUdp, AnIcmpErrorFromInsideCarriesTheExternalEndpoint) {
  BoxStory story{linux_router()};
  story.at(0s).inside(kAsk);
  const Packet received = packet_of("203.0.113.1:53 > 10.0.0.2:5000 udp 40");
  const auto step =
      story.at(1s).send(Side::Internal, icmp_error(ipv4(10, 0, 0, 2), Unreachable::Port, received));
  step.goes_through();
  EXPECT_EQ(step.packet().source_address, ipv4(198, 51, 100, 1));
  EXPECT_EQ(quoted(step.packet()).destination, endpoint("198.51.100.1:5000"));
}

TEST(LinuxPorts, ThePortIsKeptAndSharedTowardsDifferentServers) {
  BoxStory story{linux_router()};
  story.at(0s).inside("10.0.0.2:6000 > 203.0.113.1:53 udp 1").from("198.51.100.1:6000");
  story.inside("10.0.0.3:6000 > 203.0.113.2:53 udp 1").from("198.51.100.1:6000");
}

TEST(LinuxPorts, ATakenPortIsReplacedWithinItsClassAndThenPreferred) {
  struct Case {
    const char* port;
    std::uint16_t low, high;
  };
  for (const Case& c : {Case{"500", 1, 511}, Case{"600", 600, 1023}, Case{"5000", 1024, 65535}}) {
    BoxStory story{linux_router()};
    const std::string port = c.port;
    story.at(0s).inside("10.0.0.2:" + port + " > 203.0.113.1:53 udp 1");
    story.inside("10.0.0.3:" + port + " > 203.0.113.1:53 udp 1").opens();
    const Endpoint other = story.mapped();
    EXPECT_GE(other.port, c.low);
    EXPECT_LE(other.port, c.high);
    EXPECT_NE(print_endpoint(other), "198.51.100.1:" + port);
    // Towards another server the kept port would be free, but the one in use is preferred.
    story.inside("10.0.0.3:" + port + " > 203.0.113.2:53 udp 1").from(print_endpoint(other));
  }
}

TEST(LinuxPorts, AnExplicitRangeIsExhaustedPerDestination) {
  Profile profile = linux_router();
  profile.ports.low = 20000;
  profile.ports.high = 20003;
  BoxStory story{profile};
  story.at(0s);
  for (int host = 2; host < 6; ++host) {
    story.inside("10.0.0." + std::to_string(host) + ":5000 > 203.0.113.1:53 udp 1").opens();
    EXPECT_GE(story.mapped().port, 20000);
    EXPECT_LE(story.mapped().port, 20003);
  }
  story.inside("10.0.0.6:5000 > 203.0.113.1:53 udp 1").dropped(DropReason::NoPorts);
  story.inside("10.0.0.6:5000 > 203.0.113.2:53 udp 1").opens();
}

// A router with one port, which a connection from 10.0.0.2 has had up to its end.
class OnePort : public ::testing::Test {
 protected:
  static Profile profile() {
    Profile profile = linux_router();
    profile.ports.low = profile.ports.high = 50000;
    return profile;
  }
  OnePort() : story(profile()) {
    const char* client = "10.0.0.2:4000 > 203.0.113.1:80 tcp ";
    const char* server = "203.0.113.1:80 > mapped tcp ";
    const auto inside = [&](const char* segment) {
      story.inside(std::string(client) + segment).passes();
    };
    const auto outside = [&](const char* segment) {
      story.outside(std::string(server) + segment).passes();
    };
    inside("S seq 1000");
    outside("SA seq 5000 ack 1001");
    inside("A seq 1001 ack 5001");
    inside("FA seq 1001 ack 5001");
    outside("A seq 5001 ack 1002");
    outside("FA seq 5001 ack 1002");
  }
  void ends() {
    story.inside("10.0.0.2:4000 > 203.0.113.1:80 tcp A seq 1002 ack 5002")
        .passes()
        .timer(Timeout::TcpTimeWait, 120s);
  }
  BoxStory::Step newcomer(std::uint32_t sequence) {
    return story.inside("10.0.0.3:4000 > 203.0.113.1:80 tcp S seq " + std::to_string(sequence));
  }
  BoxStory story;
};

TEST_F(OnePort, ANewConnectionWhoseNumbersLieAheadTakesThePortOfOneThatIsOver) {
  ends();
  story.at(700ms);
  newcomer(1002).opens().from("198.51.100.1:50000");
  EXPECT_EQ(story.count(FlowEvent::Evicted), 1u);
  EXPECT_EQ(story.box().size(), 1u);
}

TEST_F(OnePort, ANewConnectionWhoseNumbersLieBehindWaits) {
  ends();
  newcomer(1001).dropped(DropReason::NoPorts);
  story.at(120s - 1ns);
  newcomer(1001).dropped(DropReason::NoPorts);
  story.at(120s);
  newcomer(1001).opens();
}

TEST_F(OnePort, AConnectionThatIsNotOverKeepsItsPort) {
  newcomer(900'000'000).dropped(DropReason::NoPorts);  // LAST_ACK
}

TEST_F(OnePort, OnlyASynDrivesOut) {
  ends();
  story.inside("10.0.0.3:4000 > 203.0.113.1:80 tcp A seq 900000000 ack 1")
      .dropped(DropReason::NoPorts);
}

TEST_F(OnePort, AConnectionToAnotherServerNeedsNotDriveOut) {
  ends();
  story.inside("10.0.0.3:4000 > 203.0.113.2:80 tcp S seq 1").opens();
  EXPECT_EQ(story.count(FlowEvent::Evicted), 0u);
}

TEST(LinuxPorts, FullyRandomDoesNotKeepThePort) {
  Profile profile = linux_router();
  profile.ports.preserve = false;
  BoxStory story{profile};
  story.at(0s).inside(kAsk).opens();
  const Endpoint first = story.mapped();
  EXPECT_NE(first.port, 5000);
  story.at(31s).inside(kAsk).opens();
  EXPECT_NE(story.mapped(), first);
}

// An established connection that has been silent for longer than its timer: what comes next.
class ForgottenByLinux {
 public:
  explicit ForgottenByLinux(Profile profile) : story(configured(std::move(profile))) {
    story.at(0s).inside("10.0.0.2:4000 > 203.0.113.1:80 tcp S seq 0");
    story.outside("203.0.113.1:80 > mapped tcp SA seq 0 ack 1");
    story.inside("10.0.0.2:4000 > 203.0.113.1:80 tcp A seq 1 ack 1").refreshes().ends(5s);
    story.at(8s);
  }
  BoxStory::Step probe() { return inside("A seq 0 ack 1"); }
  BoxStory::Step inside(const std::string& segment) {
    return story.inside("10.0.0.2:4000 > 203.0.113.1:80 tcp " + segment);
  }
  BoxStory::Step server_data() {
    return story.outside("203.0.113.1:80 > 198.51.100.1:4000 tcp PA seq 1 ack 1 len 5");
  }
  static Profile with(ForwardPolicy forward, InputPolicy input, bool loose) {
    Profile profile = linux_router();
    profile.netfilter.forward = forward;
    profile.netfilter.input = input;
    profile.netfilter.tcp_loose = loose;
    return profile;
  }
  BoxStory story;

 private:
  static Profile configured(Profile profile) {
    profile.timeouts[Timeout::TcpEstablished] = 5s;
    return profile;
  }
};

TEST(LinuxForgotten, AProbeFromInsideRevivesTheFlowOnItsPort) {
  ForgottenByLinux forgotten{linux_router()};
  forgotten.probe().picks_up().from("198.51.100.1:4000").ends(13s);
  EXPECT_TRUE(forgotten.story.last_note().picked_up);
  forgotten.story.outside("203.0.113.1:80 > mapped tcp A seq 1 ack 1").refreshes();
}

TEST(LinuxForgotten, WithFullyRandomPortsAProbeLeavesFromAnotherPortAndTheResetComesBack) {
  Profile profile = linux_router();
  profile.ports.preserve = false;
  ForgottenByLinux forgotten{profile};
  const Endpoint before = forgotten.story.mapped();
  forgotten.probe().picks_up();
  EXPECT_NE(forgotten.story.mapped(), before);
  forgotten.story.outside("203.0.113.1:80 > mapped tcp R seq 1").goes_through().to("10.0.0.2:4000");
  EXPECT_EQ(forgotten.story.box().size(), 0u);
}

TEST(LinuxForgotten, WithoutLooseAProbeLeaksWithItsPrivateSource) {
  ForgottenByLinux forgotten{
      ForgottenByLinux::with(ForwardPolicy::Accept, InputPolicy::Accept, false)};
  forgotten.probe().leaks().from("10.0.0.2:4000");
}

TEST(LinuxForgotten, WithoutLooseAndWithDropInvalidAProbeVanishes) {
  ForgottenByLinux forgotten{
      ForgottenByLinux::with(ForwardPolicy::DropInvalid, InputPolicy::Accept, false)};
  forgotten.probe().dropped(DropReason::Expired).ends(5s).silently();
  forgotten.inside("RA seq 1 ack 1").dropped(DropReason::Expired);
}

TEST(LinuxForgotten, WhereNewMeansSynAProbeVanishesButTheFinalResetLeaks) {
  ForgottenByLinux forgotten{
      ForgottenByLinux::with(ForwardPolicy::SynOnly, InputPolicy::Accept, true)};
  forgotten.probe().dropped(DropReason::Expired);
  EXPECT_EQ(forgotten.story.box().size(), 0u);
  forgotten.inside("RA seq 1 ack 1").leaks().from("10.0.0.2:4000");
}

TEST(LinuxForgotten, AFinNeverRevivesTheFlow) {
  ForgottenByLinux forgotten{linux_router()};
  forgotten.inside("FA seq 1 ack 1").leaks();
  EXPECT_EQ(forgotten.story.box().size(), 0u);
}

TEST(LinuxForgotten, DataFromOutsideDrawAResetFromTheRouterItself) {
  for (const bool loose : {true, false}) {
    ForgottenByLinux forgotten{
        ForgottenByLinux::with(ForwardPolicy::Accept, InputPolicy::Accept, loose)};
    forgotten.server_data().is_local().answered(
        Side::External, "198.51.100.1:4000 > 203.0.113.1:80 tcp [R] seq 1 len 0");
    EXPECT_EQ(forgotten.story.box().size(), 0u);
    if (loose) forgotten.probe().picks_up().from("198.51.100.1:4000");
  }
}

TEST(LinuxForgotten, DataFromOutsideMeetSilenceWhereInputDrops) {
  ForgottenByLinux forgotten{
      ForgottenByLinux::with(ForwardPolicy::Accept, InputPolicy::Drop, true)};
  forgotten.server_data().dropped(DropReason::Expired).silently();
  forgotten.probe().picks_up().from("198.51.100.1:4000");
  forgotten.story.outside("203.0.113.1:80 > mapped tcp A seq 1 ack 1").refreshes();
}

TEST(LinuxForgotten, InputDropInvalidSilencesOnlyWhatIsInvalid) {
  ForgottenByLinux strict{
      ForgottenByLinux::with(ForwardPolicy::Accept, InputPolicy::DropInvalid, false)};
  strict.server_data().dropped(DropReason::Expired).silently();
  ForgottenByLinux loose{
      ForgottenByLinux::with(ForwardPolicy::Accept, InputPolicy::DropInvalid, true)};
  EXPECT_EQ(loose.server_data().is_local().verdict().drop, DropReason::None);
}

TEST(LinuxForgotten, InputRejectAnswersWithAReset) {
  ForgottenByLinux forgotten{
      ForgottenByLinux::with(ForwardPolicy::Accept, InputPolicy::Reject, true)};
  forgotten.server_data().is_local().answered(
      Side::External, "198.51.100.1:4000 > 203.0.113.1:80 tcp [R] seq 1 len 0");
}

TEST(LinuxRouter, AnInvalidSegmentOnALiveFlowGetsSilenceWhereInputDrops) {
  for (const InputPolicy input : {InputPolicy::Drop, InputPolicy::DropInvalid}) {
    Profile profile = linux_router();
    profile.netfilter.input = input;
    BoxStory story{profile};
    story.at(0s).inside("10.0.0.2:4000 > 203.0.113.1:80 tcp S seq 0");
    story.outside("203.0.113.1:80 > mapped tcp SA seq 0 ack 1");
    story.inside("10.0.0.2:4000 > 203.0.113.1:80 tcp A seq 1 ack 1");
    story.outside("203.0.113.1:80 > mapped tcp A seq 1 ack 900000")
        .dropped(DropReason::BadState)
        .silently();
  }
}

TEST(LinuxRouter, APacketToAPrivateAddressIsRoutedWithoutTranslation) {
  BoxStory story{linux_router()};
  story.at(0s).outside("203.0.113.1:80 > 10.0.0.2:4000 tcp R seq 5").leaks().to("10.0.0.2:4000");
  story.outside("203.0.113.1:80 > 10.0.0.2:4000 tcp S seq 5").opens().to("10.0.0.2:4000");
}

TEST(LinuxRouter, AFullTableEvictsTheUnassuredAndRefusesOtherwise) {
  Profile profile = linux_router();
  profile.capacity = 2;
  BoxStory story{profile};
  story.at(0s).inside("10.0.0.2:1111 > 203.0.113.1:53 udp 1");
  story.at(1s).inside("10.0.0.2:2222 > 203.0.113.1:53 udp 1");
  story.at(2s).inside("10.0.0.2:1111 > 203.0.113.1:53 udp 1").refreshes();
  story.at(3s).inside("10.0.0.2:3333 > 203.0.113.1:53 udp 1").opens();
  ASSERT_EQ(story.count(FlowEvent::Evicted), 1u);
  EXPECT_EQ(story.notes()[2].internal, endpoint("10.0.0.2:2222"));
  for (const char* port : {"1111", "3333"}) {
    story.at(4s).outside("203.0.113.1:53 > 198.51.100.1:" + std::string(port) + " udp 1");
  }
  story.at(6s).inside("10.0.0.2:1111 > 203.0.113.1:53 udp 1").timer(Timeout::UdpStream, 126s);
  story.inside("10.0.0.2:3333 > 203.0.113.1:53 udp 1").timer(Timeout::UdpStream, 126s);
  story.inside("10.0.0.2:4444 > 203.0.113.1:53 udp 1").dropped(DropReason::TableFull);
  story.at(126s).inside("10.0.0.2:4444 > 203.0.113.1:53 udp 1").opens();
}

TEST(LinuxFirewall, NewFlowsComeFromInsideOnly) {
  BoxStory story{linux_firewall()};
  story.at(0s).outside("203.0.113.1:53 > 10.0.0.2:5000 udp 1").dropped(DropReason::NoMapping);
  story.inside(kAsk).opens().from("10.0.0.2:5000");
  story.outside("203.0.113.1:53 > 10.0.0.2:5000 udp 1").refreshes().to("10.0.0.2:5000");
  story.at(30s).outside("203.0.113.1:53 > 10.0.0.2:5000 udp 1").dropped(DropReason::Expired);
}

TEST(LinuxFirewall, WithoutRulesAnAckFromOutsideOpensAFlow) {
  Profile profile = linux_firewall();
  profile.netfilter.forward = ForwardPolicy::Accept;
  BoxStory story{profile};
  story.at(0s).outside("203.0.113.1:80 > 10.0.0.2:4000 tcp A seq 1 ack 1").picks_up().ends(300s);
  story.inside("10.0.0.2:4000 > 203.0.113.1:80 tcp A seq 1 ack 1").refreshes();
}

TEST(LinuxFirewall, AnInvalidSegmentIsDroppedByTheUsualRules) {
  BoxStory story{linux_firewall()};
  story.at(0s).inside("10.0.0.2:4000 > 203.0.113.1:80 tcp S seq 0").opens();
  story.outside("203.0.113.1:80 > 10.0.0.2:4000 tcp FA seq 1 ack 1").dropped(DropReason::BadState);
}

TEST(LinuxUdp, SixStraysAreAnsweredAtOnceAndThenOneASecond) {
  BoxStory story{linux_router()};
  std::size_t answered = 0;
  for (int i = 0; i < 20; ++i) {
    story.at(i * 10ms).outside("203.0.113.1:53 > 198.51.100.1:9 udp 1").is_local();
    answered += story.sent().size();
  }
  EXPECT_EQ(answered, 6u);
  story.at(1s).outside("203.0.113.1:53 > 198.51.100.1:9 udp 1").is_local();
  EXPECT_EQ(story.sent().size(), 1u);
  story.at(1s).outside("203.0.113.2:53 > 198.51.100.1:9 udp 1").is_local();
  EXPECT_EQ(story.sent().size(), 1u) << "another destination";
}

}  // namespace
}  // namespace stayalive::testing
