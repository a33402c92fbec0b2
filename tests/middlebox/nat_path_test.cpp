// SPDX-License-Identifier: Apache-2.0
#include "middlebox/nat_path.h"

#include <gtest/gtest.h>

#include <set>

#include "support/box_profiles.h"
#include "support/box_story.h"

namespace stayalive::testing {
namespace {

// RFC 4787, section 4.1: does the host get the same port towards another address and port?
TEST(Mapping, DependsOnAsMuchOfTheRemoteEndpointAsItSays) {
  struct Case {
    Dependence mapping;
    bool same_for_other_port, same_for_other_address;
  };
  for (const Case& c : {Case{Dependence::EndpointIndependent, true, true},
                        Case{Dependence::AddressDependent, true, false},
                        Case{Dependence::AddressAndPortDependent, false, false}}) {
    Profile profile = rfc_nat();
    profile.mapping = c.mapping;
    BoxStory story{profile};
    story.at(0s).inside("10.0.0.2:5000 > 203.0.113.1:53 udp 1").from("198.51.100.1:5000");
    story.inside("10.0.0.2:5000 > 203.0.113.1:54 udp 1");
    EXPECT_EQ(story.mapped().port == 5000, c.same_for_other_port);
    story.inside("10.0.0.2:5000 > 203.0.113.2:53 udp 1");
    EXPECT_EQ(story.mapped().port == 5000, c.same_for_other_address);
  }
}

// RFC 4787, section 5: who may send in to a mapping that was made towards 203.0.113.1:53?
TEST(Filtering, DependsOnAsMuchOfTheRemoteEndpointAsItSays) {
  struct Case {
    Dependence filtering;
    bool other_port, other_address;
  };
  for (const Case& c : {Case{Dependence::EndpointIndependent, true, true},
                        Case{Dependence::AddressDependent, true, false},
                        Case{Dependence::AddressAndPortDependent, false, false}}) {
    Profile profile = rfc_nat();
    profile.filtering = c.filtering;
    BoxStory story{profile};
    story.at(0s).inside(kAsk);
    const auto port = story.outside("203.0.113.1:54 > mapped udp 1");
    EXPECT_EQ(port.verdict().forwarded(), c.other_port);
    if (!c.other_port) port.dropped(DropReason::Filtered);
    const auto address = story.outside("203.0.113.2:53 > mapped udp 1");
    EXPECT_EQ(address.verdict().forwarded(), c.other_address);
    story.outside("203.0.113.1:53 > 198.51.100.1:5001 udp 1").dropped(DropReason::NoMapping);
  }
}

TEST(UdpMapping, DiesExactlyAtItsTimeout) {
  for (const bool in_time : {true, false}) {
    BoxStory story{rfc_nat()};
    story.at(0s).inside(kAsk).opens().timer(Timeout::UdpSingle, 120s);
    EXPECT_EQ(story.next_deadline(), 120s);
    if (in_time) {
      story.at(120s - 1ns).outside(kAnswer).refreshes().ends(240s - 1ns);
    } else {
      story.at(120s).outside(kAnswer).dropped(DropReason::Expired).ends(120s);
    }
  }
}

TEST(UdpMapping, IsNotKeptByInboundPacketsWhereTheyDoNotRefresh) {
  Profile profile = rfc_nat();
  profile.refresh = {RefreshedBy::Outbound, RefreshedBy::Outbound};
  BoxStory story{profile};
  story.at(0s).inside(kAsk).ends(120s);
  story.at(60s).outside(kAnswer).goes_through().ends(120s);
  story.at(120s).outside(kAnswer).dropped(DropReason::Expired);
}

TEST(UdpMapping, IsNotKeptByOutboundPacketsWhereTheyDoNotRefresh) {
  Profile profile = rfc_nat();
  profile.refresh = {RefreshedBy::Inbound, RefreshedBy::Inbound};
  BoxStory story{profile};
  story.at(0s).inside(kAsk).ends(120s);
  story.at(60s).inside(kAsk).goes_through().ends(120s);
  story.at(61s).outside(kAnswer).refreshes().ends(181s);
}

// Each direction of a flow has a timer of its own.
Profile timed_apart() {
  Profile profile = rfc_nat();
  profile.refresh.udp = RefreshedBy::Each;
  profile.timeouts[Timeout::UdpSingle] = 30s;
  return profile;
}

TEST(UdpTimedApart, IsNotHeldByPingsOfOneSide) {
  for (const bool in_time : {true, false}) {
    BoxStory story{timed_apart()};
    story.at(0s).inside(kAsk).ends(30s);
    story.at(10s).outside(kAnswer).refreshes().timer(Timeout::UdpStream, 130s);
    story.at(70s).inside(kAsk).goes_through().ends(130s);
    story.at(120s).inside(kAsk).goes_through().ends(130s);
    EXPECT_EQ(story.next_deadline(), 130s);
    if (in_time) {
      // From now on the inside has been silent for longer.
      story.at(130s - 1ns).outside(kAnswer).refreshes().ends(240s);
      story.at(200s).outside(kAnswer).goes_through().ends(240s);
      story.at(210s).inside(kAsk).refreshes().ends(320s);
    } else {
      story.at(130s).inside(kAsk).opens();
    }
  }
}

TEST(UdpTimedApart, EndsAfterOneTimeoutWhenItIsNeverAnswered) {
  BoxStory story{timed_apart()};
  story.at(0s).inside(kAsk).ends(30s);
  story.at(29s).inside(kAsk).goes_through().ends(30s);
  story.at(30s).outside(kAnswer).dropped(DropReason::Expired).ends(30s);
  EXPECT_EQ(story.last_note().event, FlowEvent::Expired);
  EXPECT_EQ(story.last_note().refreshed_at, kStart);
}

TEST(UdpTimedApart, SaysWhichPacketsTheSilentDirectionHadLast) {
  BoxStory story{timed_apart()};
  story.at(0s).inside(kAsk);
  story.at(10s).outside(kAnswer);
  story.at(20s).outside(kAnswer);
  story.at(60s).inside(kAsk);
  story.at(100s).inside(kAsk);
  story.at(140s).expire();
  EXPECT_EQ(story.last_note().at, kStart + 140s);
  EXPECT_EQ(story.last_note().refreshed_from, Side::External);
  EXPECT_EQ(story.last_note().refreshed_at, kStart + 20s);
}

TEST(UdpTimedApart, EachFlowOfAMappingHasItsOwnTimers) {
  BoxStory story{timed_apart()};
  story.at(0s).inside(kAsk).ends(30s);
  story.at(20s).inside("10.0.0.2:5000 > 203.0.113.2:53 udp 1").opens().ends(50s);
  story.at(29s).outside("203.0.113.2:53 > mapped udp 1").refreshes().ends(149s);
  story.at(30s).outside(kAnswer).dropped(DropReason::Expired);
}

TEST(UdpMapping, IsKeptByTheSideThatOpenedItWhereOnlyThatCounts) {
  Profile profile = rfc_nat();
  profile.filtering = Dependence::EndpointIndependent;
  profile.refresh.udp = RefreshedBy::Opener;
  BoxStory story{profile};
  story.at(0s).inside(kAsk).ends(120s);
  story.at(60s).outside(kAnswer).goes_through().ends(120s);
  story.at(119s).inside(kAsk).refreshes().ends(239s);
}

TEST(UdpMapping, IsKeptByNothingWhereNothingCounts) {
  Profile profile = rfc_nat();
  profile.refresh.udp = RefreshedBy::Nothing;
  BoxStory story{profile};
  story.at(0s).inside(kAsk).ends(120s);
  story.at(60s).outside(kAnswer).goes_through().ends(120s);
  story.at(120s - 1ns).inside(kAsk).goes_through().ends(120s);
  story.at(120s).outside(kAnswer).dropped(DropReason::Expired);
}

TEST(UdpMapping, LivesForAllItsFlowsTogether) {
  BoxStory story{rfc_nat()};
  story.at(0s).inside(kAsk);
  story.at(100s).inside("10.0.0.2:5000 > 203.0.113.2:53 udp 1").opens().ends(220s);
  story.at(219s).outside(kAnswer).refreshes().ends(339s);
  story.at(339s).outside("203.0.113.2:53 > mapped udp 1").dropped(DropReason::Expired);
  EXPECT_EQ(story.count(FlowEvent::Expired), 2u);
  EXPECT_EQ(story.last_note().refreshed_at, kStart + 219s);
  EXPECT_EQ(story.last_note().refreshed_from, Side::External);
}

TEST(UdpMapping, IsNotKeptByNewRemoteEndpointsWhereInboundDoesNotRefresh) {
  Profile profile = rfc_nat();
  profile.filtering = Dependence::EndpointIndependent;
  profile.refresh = {RefreshedBy::Outbound, RefreshedBy::Outbound};
  BoxStory story{profile};
  story.at(0s).inside(kAsk).ends(120s);
  story.at(60s).outside("203.0.113.9:53 > mapped udp 1").opens().ends(120s);
  story.at(120s).outside("203.0.113.9:53 > mapped udp 1").dropped(DropReason::Expired);
}

TEST(UdpMapping, AShorterTimerAfterTheAnswerIsKeptToTheNanosecond) {
  Profile profile = rfc_nat();
  profile.timeouts[Timeout::UdpStream] = 15s;
  BoxStory story{profile};
  story.at(0s).inside(kAsk).ends(120s);
  story.inside("10.0.0.2:5000 > 203.0.113.2:53 udp 1").ends(120s);
  story.at(1s).outside(kAnswer).timer(Timeout::UdpStream, 16s);
  EXPECT_EQ(story.next_deadline(), 16s);
  story.at(16s).expire();
  EXPECT_EQ(story.count(FlowEvent::Expired), 2u);
  EXPECT_EQ(story.last_note().at, kStart + 16s);
}

TEST(FilterTimeout, ClosesTheDoorWhileTheMappingLivesOn) {
  Profile profile = rfc_nat();
  profile.filter_timeout = 60s;
  BoxStory story{profile};
  story.at(0s).inside(kAsk).opens().ends(60s);
  story.at(60s).outside(kAnswer).dropped(DropReason::Expired).ends(60s);
  story.outside("203.0.113.2:53 > 198.51.100.1:5000 udp 1").dropped(DropReason::Filtered);
  story.at(119s).inside(kAsk).opens().from("198.51.100.1:5000").ends(179s);
  story.at(179s - 1ns).outside(kAnswer).refreshes();
}

TEST(FilterTimeout, TheMappingsPortIsFreeWhenTheMappingEndsAndNotBefore) {
  for (const bool before : {true, false}) {
    Profile profile = rfc_nat();
    profile.filter_timeout = 60s;
    BoxStory story{profile};
    story.at(0s).inside(kAsk);
    story.at(before ? 120s - 1ns : Duration{120s})
        .inside("10.0.0.3:5000 > 203.0.113.9:53 udp 1")
        .opens();
    EXPECT_EQ(story.mapped().port == 5000, !before);
  }
}

TEST(Ports, WithoutOverloadingNoTwoHostsShareOneAndWithItTheyDo) {
  for (const bool overload : {false, true}) {
    Profile profile = rfc_nat();
    profile.ports.overload = overload;
    BoxStory story{profile};
    story.at(0s).inside("10.0.0.2:5000 > 203.0.113.1:53 udp 1").from("198.51.100.1:5000");
    story.inside("10.0.0.3:5000 > 203.0.113.2:53 udp 1");
    EXPECT_EQ(story.mapped().port == 5000, overload);
    story.inside("10.0.0.4:5000 > 203.0.113.1:53 udp 1").passes();
    EXPECT_NE(story.mapped().port, 5000);
  }
}

TEST(Ports, RunOutWithAWordAndComeBackAfterTheirRest) {
  Profile profile = rfc_nat();
  profile.ports.low = profile.ports.high = 4000;
  profile.ports.reuse_delay = 30s;
  BoxStory story{profile};
  story.at(0s).inside(kAsk).from("198.51.100.1:4000");
  story.at(1s).inside("10.0.0.3:5000 > 203.0.113.1:53 udp 1").dropped(DropReason::NoPorts);
  story.at(150s - 1ns).inside("10.0.0.3:5000 > 203.0.113.1:53 udp 1").dropped(DropReason::NoPorts);
  story.at(150s).inside("10.0.0.3:5000 > 203.0.113.1:53 udp 1").opens();
}

TEST(Pooling, PairedKeepsOneAddressPerHostAndArbitraryDoesNot) {
  const std::vector<AddressId> pool{ipv4(198, 51, 100, 1), ipv4(198, 51, 100, 2),
                                    ipv4(198, 51, 100, 3)};
  for (const Pooling pooling : {Pooling::Paired, Pooling::Arbitrary}) {
    Profile profile = rfc_nat();
    profile.mapping = Dependence::AddressAndPortDependent;
    profile.pooling = pooling;
    BoxStory story{profile, pool};
    std::set<AddressId> used;
    story.at(0s);
    for (int i = 1; i < 20; ++i) {
      story.inside("10.0.0.2:5000 > 203.0.113." + std::to_string(i) + ":53 udp 1").opens();
      used.insert(story.mapped().address);
    }
    EXPECT_EQ(used.size(), pooling == Pooling::Paired ? 1u : 3u);
    std::set<AddressId> hosts;
    for (int i = 10; i < 40; ++i) {
      story.inside("10.0.0." + std::to_string(i) + ":5000 > 203.0.113.1:53 udp 1").opens();
      hosts.insert(story.mapped().address);
    }
    EXPECT_EQ(hosts.size(), 3u);
  }
}

TEST(Hairpinning, ShowsTheReceiverTheSendersExternalEndpoint) {
  Profile profile = rfc_nat();
  profile.hairpinning = true;
  profile.filtering = Dependence::EndpointIndependent;
  BoxStory story{profile};
  story.at(0s).inside("10.0.0.2:5000 > 203.0.113.1:53 udp 1").from("198.51.100.1:5000");
  story.inside("10.0.0.3:6000 > 203.0.113.1:53 udp 1").from("198.51.100.1:6000");
  const auto there = story.inside("10.0.0.2:5000 > 198.51.100.1:6000 udp 1");
  there.passes().from("198.51.100.1:5000").to("10.0.0.3:6000");
  EXPECT_TRUE(there.verdict().hairpinned);
  const auto back = story.inside("10.0.0.3:6000 > 198.51.100.1:5000 udp 1");
  back.passes().from("198.51.100.1:6000").to("10.0.0.2:5000");
  EXPECT_TRUE(back.verdict().hairpinned);
  EXPECT_EQ(story.box().size(), 4u);
}

TEST(Hairpinning, IsRefusedWhereTheBoxCannot) {
  BoxStory story{rfc_nat()};
  story.at(0s).inside(kAsk);
  story.inside("10.0.0.3:6000 > 198.51.100.1:5000 udp 1").dropped(DropReason::Policy);
}

TEST(Hairpinning, StillFilters) {
  Profile profile = rfc_nat();
  profile.hairpinning = true;
  BoxStory story{profile};
  story.at(0s).inside(kAsk);
  const auto step = story.inside("10.0.0.3:6000 > 198.51.100.1:5000 udp 1");
  step.dropped(DropReason::Filtered);
  EXPECT_FALSE(step.verdict().hairpinned);
}

TEST(IcmpError, IsTranslatedAndDoesNotRefresh) {
  BoxStory story{rfc_nat()};
  story.at(0s).inside(kAsk);
  const Packet error = icmp_error(ipv4(203, 0, 113, 200), Unreachable::Host,
                                  packet_of("198.51.100.1:5000 > 203.0.113.1:53 udp 40"));
  const auto step = story.at(100s).send(Side::External, error);
  step.goes_through().ends(120s);
  EXPECT_EQ(quoted(step.packet()).source, endpoint("10.0.0.2:5000"));
  EXPECT_EQ(step.packet().source_address, ipv4(203, 0, 113, 200));
  EXPECT_EQ(step.packet().destination_address, ipv4(10, 0, 0, 2));
  story.at(120s).send(Side::External, error).dropped(DropReason::Expired);
}

TEST(Capacity, EvictOldestTakesTheFlowRefreshedLongestAgo) {
  Profile profile = rfc_nat();
  profile.capacity = 2;
  profile.when_full = WhenFull::EvictOldest;
  BoxStory story{profile};
  story.at(0s).inside("10.0.0.2:1111 > 203.0.113.1:53 udp 1");
  story.at(1s).inside("10.0.0.2:2222 > 203.0.113.1:53 udp 1");
  story.at(2s).outside("203.0.113.1:53 > 198.51.100.1:1111 udp 1").refreshes();
  story.at(3s).inside("10.0.0.2:3333 > 203.0.113.1:53 udp 1").opens();
  ASSERT_EQ(story.count(FlowEvent::Evicted), 1u);
  EXPECT_EQ(story.notes()[2].internal, endpoint("10.0.0.2:2222"));
  story.outside("203.0.113.1:53 > 198.51.100.1:2222 udp 1").dropped(DropReason::NoMapping);
}

TEST(Capacity, EvictingTheLastFlowForAnotherOfTheSameMappingKeepsTheMapping) {
  Profile profile = rfc_nat();
  profile.capacity = 1;
  profile.when_full = WhenFull::EvictOldest;
  profile.filtering = Dependence::EndpointIndependent;
  BoxStory story{profile};
  story.at(0s).inside(kAsk);
  story.at(1s).outside("203.0.113.9:53 > mapped udp 1").opens().to("10.0.0.2:5000");
  EXPECT_EQ(story.count(FlowEvent::Evicted), 1u);
  story.at(2s).outside("203.0.113.9:53 > mapped udp 1").refreshes();
  story.at(3s).outside("203.0.113.8:53 > mapped udp 1").opens();
}

TEST(Capacity, RefuseDropsTheNewcomer) {
  Profile profile = rfc_nat();
  profile.capacity = 1;
  BoxStory story{profile};
  story.at(0s).inside(kAsk).opens();
  story.at(119s).inside("10.0.0.2:2222 > 203.0.113.1:53 udp 1").dropped(DropReason::TableFull);
  story.at(120s).inside("10.0.0.2:2222 > 203.0.113.1:53 udp 1").opens();
}

TEST(IncomingSyn, MeetsSilenceForSixSecondsAndThenAnIcmpError) {
  Profile profile = rfc_nat();
  profile.timeouts[Timeout::TcpIncomingSyn] = 6s;
  BoxStory story{profile};
  const std::string syn = "203.0.113.1:80 > 198.51.100.1:4000 tcp S seq 7";
  story.at(0s).outside(syn).dropped(DropReason::NoMapping).silently();
  story.at(3s).outside(syn).dropped(DropReason::NoMapping).silently();
  EXPECT_EQ(story.next_deadline(), 6s);
  story.at(6s - 1ns).expire();
  EXPECT_TRUE(story.sent().empty());
  story.at(6s).expire();
  ASSERT_EQ(story.sent().size(), 1u);
  EXPECT_EQ(story.sent()[0].to, Side::External);
  EXPECT_EQ(story.sent()[0].packet.protocol, Protocol::Icmp);
  EXPECT_EQ(quoted(story.sent()[0].packet).destination, endpoint("198.51.100.1:4000"));
}

TEST(IncomingSyn, IsForgottenWhenOneFromInsideMeetsIt) {
  Profile profile = rfc_nat();
  profile.timeouts[Timeout::TcpIncomingSyn] = 6s;
  BoxStory story{profile};
  const std::string syn = "203.0.113.1:80 > 198.51.100.1:4000 tcp S seq 7";
  story.at(0s).outside(syn).dropped(DropReason::NoMapping);
  story.at(2s).inside("10.0.0.2:4000 > 203.0.113.1:80 tcp S seq 1").opens();
  story.outside(syn).refreshes().timer(Timeout::TcpEstablished, 7442s);
  story.at(10s).expire();
  EXPECT_TRUE(story.sent().empty());
}

TEST(IncomingSyn, OpensAConnectionThroughAnEndpointIndependentFilter) {
  Profile profile = rfc_nat();
  profile.filtering = Dependence::EndpointIndependent;
  BoxStory story{profile};
  story.at(0s).inside("10.0.0.2:4000 > 203.0.113.1:80 tcp S seq 1").opens();
  story.outside("203.0.113.9:999 > 198.51.100.1:4000 tcp S seq 5").opens().to("10.0.0.2:4000");
  story.inside("10.0.0.2:4000 > 203.0.113.9:999 tcp SA seq 8 ack 6")
      .refreshes()
      .from("198.51.100.1:4000")
      .timer(Timeout::TcpEstablished, 7440s);
  story.outside("203.0.113.8:999 > 198.51.100.1:4000 tcp A seq 5 ack 1")
      .dropped(DropReason::BadState);
}

class RfcTcp : public ::testing::Test {
 protected:
  explicit RfcTcp(Profile profile = rfc_nat()) : story(std::move(profile)) {}
  void connect() {
    story.at(0s);
    client("S seq 1000").opens().timer(Timeout::TcpOpening, 240s);
    server("SA seq 5000 ack 1001").timer(Timeout::TcpEstablished, 7440s);
    client("A seq 1001 ack 5001").refreshes();
  }
  BoxStory::Step client(const std::string& segment) {
    return story.inside("10.0.0.2:4000 > 203.0.113.1:80 tcp " + segment);
  }
  BoxStory::Step server(const std::string& segment) {
    return story.outside("203.0.113.1:80 > 198.51.100.1:4000 tcp " + segment);
  }
  BoxStory story;
};

TEST_F(RfcTcp, AnEstablishedConnectionLivesTwoHoursAndFourMinutes) {
  connect();
  story.at(7440s - 1ns);
  server("A seq 5000 ack 1001").refreshes().ends(14880s - 1ns);
  story.at(14880s - 1ns);
  client("A seq 1000 ack 5001").dropped(DropReason::Expired).silently();
}

TEST_F(RfcTcp, AfterFinBothWaysNothingProlongsIt) {
  connect();
  client("FA seq 1001 ack 5001").timer(Timeout::TcpHalfClosed, 7440s);
  story.at(10s);
  server("FA seq 5001 ack 1002").timer(Timeout::TcpClosing, 250s);
  story.at(20s);
  client("A seq 1002 ack 5002").goes_through().ends(250s);
  client("S seq 9000").opens().from("198.51.100.1:4000");
}

TEST_F(RfcTcp, AResetLeavesFourMinutesInWhichAnyPacketKeepsTheSession) {
  connect();
  story.at(10s);
  server("R seq 9").timer(Timeout::TcpReset, 250s);
  story.at(250s - 1ns);
  client("A seq 1001 ack 5001").timer(Timeout::TcpEstablished, 7690s - 1ns);
}

TEST_F(RfcTcp, AResetIsOverAtItsDeadline) {
  connect();
  server("R seq 9").timer(Timeout::TcpReset, 240s);
  story.at(10s);
  server("R seq 9").goes_through().ends(240s);
  story.at(240s);
  client("A seq 1001 ack 5001").dropped(DropReason::Expired);
}

TEST_F(RfcTcp, WithoutAResetTimerAResetEndsTheFlow) {
  Profile profile = rfc_nat();
  profile.timeouts[Timeout::TcpReset] = 0s;
  BoxStory box{profile};
  box.at(0s).inside("10.0.0.2:4000 > 203.0.113.1:80 tcp S seq 1");
  box.outside("203.0.113.1:80 > mapped tcp RA seq 0 ack 2").goes_through();
  EXPECT_EQ(box.last_note().event, FlowEvent::Closed);
}

TEST_F(RfcTcp, WhereInboundDoesNotRefreshTheHandshakeStillCounts) {
  Profile profile = rfc_nat();
  profile.refresh = {RefreshedBy::Outbound, RefreshedBy::Outbound};
  BoxStory box{profile};
  box.at(0s).inside("10.0.0.2:4000 > 203.0.113.1:80 tcp S seq 1").ends(240s);
  box.at(1s).outside("203.0.113.1:80 > mapped tcp SA seq 5 ack 2").refreshes().ends(7441s);
  box.at(2s).outside("203.0.113.1:80 > mapped tcp A seq 6 ack 2").goes_through().ends(7441s);
}

}  // namespace
}  // namespace stayalive::testing
