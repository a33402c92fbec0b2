// SPDX-License-Identifier: Apache-2.0
#include "middlebox/ending/close_calls.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "support/box_profiles.h"
#include "support/box_story.h"
#include "support/random_box.h"

namespace stayalive::testing {
namespace {

constexpr ConnectionId kFirst{0};
constexpr ConnectionId kSecond{1};
constexpr ConnectionId kMembers{3};

// UDP mappings die after a minute.
Profile minute_nat() {
  Profile profile = rfc_nat();
  profile.timeouts[Timeout::UdpSingle] = 60s;
  profile.timeouts[Timeout::UdpStream] = 60s;
  return profile;
}

std::string said(const std::optional<CloseCall>& call) {
  if (!call) return "none";
  return print_duration(call->left) + " of " + std::string(name(call->timer)) + " " +
         print_duration(call->timeout) + " after " + print_duration(call->silence) + " at " +
         print_duration(call->at - kStart) + " " + name(call->by) + " from " + name(call->from);
}

class Calls : public ::testing::Test {
 protected:
  explicit Calls(const Profile& profile = minute_nat()) : story(profile) { story.of(0); }
  std::string closest(ConnectionId connection = kFirst) {
    return said(story.box().closest_call(connection));
  }
  BoxStory story;
};

TEST_F(Calls, APacketThatFindsANanosecondLeftIsTheClosestCall) {
  story.at(0s).inside(kAsk).opens();
  EXPECT_EQ(closest(), "none");
  story.at(60s - 1ns).inside(kAsk).refreshes();
  EXPECT_EQ(closest(),
            "1ns of udp.single 1m after 59.999999999s at 59.999999999s data from internal");
}

class CallsInTicks : public Calls {
 protected:
  static Profile profile() {
    Profile profile = linux_router();
    profile.timeouts[Timeout::UdpSingle] = 60s;
    profile.hz = 250;
    return profile;
  }
  CallsInTicks() : Calls(profile()) {}
};

TEST_F(CallsInTicks, WhatIsLeftIsCountedFromThePacketThoughTheBoxForgetsATickSooner) {
  story.at(1ms).inside(kAsk).opens();
  story.at(59s).inside(kAsk).refreshes();
  EXPECT_EQ(closest(), "1.001s of udp.single 1m after 58.999s at 59s data from internal");
  story.at(2ms + 118s + 996ms).inside(kAsk).refreshes();
  EXPECT_EQ(closest(), "2ms of udp.single 1m after 59.998s at 1m58.998s data from internal");
  story.at(118s + 996ms + 60s).inside(kAsk).opens();
}

TEST_F(Calls, APacketThatComesAtTheTimeoutIsNone) {
  story.at(0s).inside(kAsk).opens();
  story.at(60s).inside(kAsk).opens();
  EXPECT_EQ(closest(), "none");
}

TEST_F(Calls, TheFirstOfThoseThatLeaveTheLeastCounts) {
  story.at(0s).inside(kAsk).opens();
  story.at(40s).inside(kAsk).refreshes();
  story.at(90s).inside(kAsk).refreshes();
  story.at(140s).inside(kAsk).refreshes();
  story.at(150s).inside(kAsk).refreshes();
  EXPECT_EQ(closest(), "10s of udp.single 1m after 50s at 1m30s data from internal");
}

TEST_F(Calls, WhatFollowsWithinASecondIsTheSameExchange) {
  story.at(0s).inside(kAsk).opens();
  story.at(1s - 1ns).outside(kAnswer).refreshes();
  EXPECT_EQ(closest(), "none");
  story.at(2s - 1ns).inside(kAsk).refreshes();
  EXPECT_EQ(closest(), "59s of udp.stream 1m after 1s at 1.999999999s data from internal");
}

TEST_F(Calls, APacketThatExtendsNothingIsNoCall) {
  Profile profile = minute_nat();
  profile.refresh.udp = RefreshedBy::Outbound;
  BoxStory only_outbound(profile);
  only_outbound.of(0).at(0s).inside(kAsk).opens();
  only_outbound.at(50s).outside(kAnswer).goes_through();
  EXPECT_EQ(said(only_outbound.box().closest_call(kFirst)), "none");
  only_outbound.at(55s).inside(kAsk).refreshes();
  EXPECT_EQ(said(only_outbound.box().closest_call(kFirst)),
            "5s of udp.single 1m after 55s at 55s data from internal");
}

TEST_F(Calls, EachConnectionHasItsOwnAndMembersOfAPopulationHaveOne) {
  const auto from = [&](std::uint32_t connection, int port) {
    return story.of(connection)
        .inside("10.0.0.2:" + std::to_string(port) + " > 203.0.113.1:53 udp 1");
  };
  story.at(0s);
  from(0, 5000).opens();
  from(1, 5001).opens();
  from(3, 5003).opens();
  from(4, 5004).opens();
  story.at(10s);
  from(1, 5001).refreshes();
  from(4, 5004).refreshes();
  story.at(20s);
  from(0, 5000).refreshes();
  from(3, 5003).refreshes();
  EXPECT_EQ(closest(kFirst), "40s of udp.single 1m after 20s at 20s data from internal");
  EXPECT_EQ(closest(kSecond), "50s of udp.single 1m after 10s at 10s data from internal");
  EXPECT_EQ(closest(kMembers), "40s of udp.single 1m after 20s at 20s data from internal");
  EXPECT_EQ(closest(ConnectionId{2}), "none");
  EXPECT_EQ(closest(ConnectionId{}), "none");
}

TEST_F(Calls, OnePacketExtendsAllThatShareTheLeaseOfAMapping) {
  const char* other = "10.0.0.2:5000 > 203.0.113.9:53 udp 1";
  story.of(0).at(0s).inside(kAsk).opens();
  // Another flow through the mapping begins.
  story.of(1).at(20s).inside(other).opens();
  EXPECT_EQ(closest(kFirst), "40s of udp.single 1m after 20s at 20s data from internal");
  EXPECT_EQ(closest(kSecond), "none");
  story.of(0).at(50s).inside(kAsk).refreshes();
  EXPECT_EQ(closest(kFirst), "30s of udp.single 1m after 30s at 50s data from internal");
  EXPECT_EQ(closest(kSecond), "30s of udp.single 1m after 30s at 50s data from internal");
}

TEST(CloseCalls, TheOwnShareOfALeaseCountsWhereItEndsFirst) {
  Profile profile = minute_nat();
  profile.filter_timeout = 30s;
  BoxStory story(profile);
  const char* other = "10.0.0.2:5000 > 203.0.113.9:53 udp 1";
  story.of(0).at(0s).inside(kAsk).opens();
  story.of(1).at(10s).inside(other).opens();
  story.of(1).at(28s).inside(other).refreshes();  // extends the mapping, not the share of the first
  EXPECT_EQ(said(story.box().closest_call(kFirst)), "none");
  story.of(0).at(29s).inside(kAsk).refreshes();
  EXPECT_EQ(said(story.box().closest_call(kFirst)),
            "1s of udp.single 30s after 29s at 29s data from internal");
  EXPECT_EQ(said(story.box().closest_call(kSecond)),
            "12s of udp.single 30s after 18s at 28s data from internal");
}

TEST(CloseCalls, ABoxThatSweepsKeepsAFlowUntilTheSweep) {
  Profile profile = minute_nat();
  profile.reap_interval = 50s;
  BoxStory story(profile);
  story.of(0).at(0s).inside(kAsk).opens();
  story.at(99s).inside(kAsk).refreshes();
  EXPECT_EQ(said(story.box().closest_call(kFirst)),
            "1s of udp.single 1m after 1m39s at 1m39s data from internal");
}

TEST(CloseCalls, WhatReachesTheBoxItselfConcernsNoConnection) {
  BoxStory story(linux_router());
  const char* to_the_box = "203.0.113.1:53 > 198.51.100.1:9 udp 1";
  story.of(0).at(0s).outside(to_the_box).is_local();
  story.at(20s).outside(to_the_box).is_local();
  EXPECT_EQ(said(story.box().closest_call(kFirst)), "none");
}

TEST(CloseCalls, ACrowdedPfWouldForgetAtThePurge) {
  Profile profile = pf_nat();
  profile.reap_interval = 10s;
  profile.adaptive = {6, 12};
  BoxStory story(profile);
  story.of(0).at(0s).inside(kAsk).opens();
  story.at(1s).outside(kAnswer).refreshes();
  story.at(2s).inside(kAsk).refreshes();  // udp.multiple, 60 s from here
  for (int i = 0; i < 8; ++i)
    story.of(1).inside("10.0.0.3:" + std::to_string(6000 + i) + " > 203.0.113.1:53 udp 1").opens();
  // Nine states: (12 - 9) / (12 - 6) of 60 s, from 2 s on, are over at 32 s, and found at 40 s.
  story.of(0).at(29s).inside(kAsk).refreshes();
  EXPECT_EQ(said(story.box().closest_call(kFirst)),
            "11s of udp.multiple 30s after 27s at 29s data from internal");
}

class ProbedCalls : public Calls {
 protected:
  static Profile profile() {
    Profile profile = idle_balancer();
    profile.dead_connection_detection = {3, 15s};
    return profile;
  }
  ProbedCalls() : Calls(profile()) {
    story.at(0s);
    story.inside("10.0.0.2:4000 > 203.0.113.1:80 tcp S seq 1000").opens();
    story.outside("203.0.113.1:80 > mapped tcp SA seq 5000 ack 1001").passes();
    story.inside("10.0.0.2:4000 > 203.0.113.1:80 tcp A seq 1001 ack 5001").passes();
  }
};

TEST_F(ProbedCalls, TheTimeOfAllProbesIsLeftBeforeTheFirst) {
  story.at(340s).inside("10.0.0.2:4000 > 203.0.113.1:80 tcp PA seq 1001 ack 5001 len 1").passes();
  EXPECT_EQ(closest(), "55s of tcp.established 5m50s after 5m40s at 5m40s data from internal");
}

TEST_F(ProbedCalls, TheSecondAnswerIsACall) {
  story.at(350s).expire();
  story.at(365s).expire();
  story.at(366s).inside("10.0.0.2:4000 > 203.0.113.1:80 tcp A seq 1001 ack 5001").is_consumed();
  EXPECT_EQ(closest(), "none");
  story.at(367s).outside("203.0.113.1:80 > mapped tcp A seq 5001 ack 1001").is_consumed();
  EXPECT_EQ(closest(), "28s of tcp.established 5m50s after 6m7s at 6m7s data from external");
}

// A connection of the oracle below: the flows of an inside endpoint.
ConnectionId connection_of(const Packet& packet, Side from) {
  const Endpoint inside = from == Side::Internal ? packet.source() : packet.destination();
  return ConnectionId{static_cast<std::uint32_t>(inside.port % 3)};
}

struct Sent {
  TimePoint at;
  Side from;
  Packet packet;
};

// By flow: how the box would forget it if no packet came after these.
std::map<std::uint32_t, FlowNote> ends_without_more(const Profile& profile,
                                                    const std::vector<Sent>& packets,
                                                    std::size_t count) {
  StatefulBox box(profile, {"box", 5, {ipv4(198, 51, 100, 1)}});
  std::map<std::uint32_t, FlowNote> ends;
  Outbox out;
  for (std::size_t i = 0; i < count; ++i) {
    Packet packet = packets[i].packet;
    box.process(packets[i].from, packet, packets[i].at, out);
  }
  out.clear();
  box.expire(packets[count - 1].at + 24h, out);
  for (const FlowNote& note : out.notes) ends[note.flow.value] = note;
  return ends;
}

// What the definition says, packet by packet: the box is played once more up to each packet, and
// then left alone.
std::map<std::uint32_t, CloseCall> calls_by_definition(const Profile& profile,
                                                       const std::vector<Sent>& packets) {
  std::map<std::uint32_t, CloseCall> closest;
  for (std::size_t i = 1; i < packets.size(); ++i) {
    const auto before = ends_without_more(profile, packets, i);
    const auto after = ends_without_more(profile, packets, i + 1);
    const TimePoint now = packets[i].at;
    for (const auto& [flow, end] : before) {
      const auto now_ends = after.find(flow);
      const bool extended = end.at > now && now_ends != after.end() &&
                            now_ends->second.refreshed_at > end.refreshed_at;
      const bool silent = now - end.refreshed_at >= std::min(Duration{1s}, end.timeout / 2);
      if (!extended || !silent || end.local || !end.connection.valid()) continue;
      // In a box with ticks, as if its timer had been started at the beginning of one.
      const TimePoint ends = profile.hz > 0 ? end.refreshed_at + end.timeout : end.at;
      const CloseCall call{ends - now,      now,         now - end.refreshed_at,
                           end.timer,       end.timeout, packets[i].from,
                           PacketKind::Data};
      const auto [known, fresh] = closest.emplace(end.connection.value, call);
      if (!fresh) known->second = std::min(known->second, call);
    }
  }
  return closest;
}

TEST(CloseCalls, AreWhatTheDefinitionSaysForEveryKindOfBox) {
  std::size_t found = 0;
  std::vector<Profile> kinds = all_kinds();
  // Shortened timeouts grow again as flows go, of which the definition knows nothing.
  std::erase_if(kinds, [](const Profile& kind) { return kind.adaptive.end > 0; });
  kinds.push_back(rfc_nat());
  kinds.back().timeouts[Timeout::UdpStream] = 5s;
  kinds.back().timeouts[Timeout::UdpSingle] = 9s;
  kinds.back().reap_interval = 4s;
  for (const Profile& profile : kinds) {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
      SCOPED_TRACE(profile.name + ", seed " + std::to_string(seed));
      Random random(seed, "packets", profile.name);
      std::vector<Sent> packets;
      TimePoint now = kStart + 1s;
      for (int i = 0; i < 80; ++i) {
        if (random.below(2) == 0) now += random.up_to(5s);
        const Side from = random.below(2) == 0 ? Side::Internal : Side::External;
        packets.push_back({now, from, random_packet(random, from)});
        packets.back().packet.notes.kind = PacketKind::Data;
        packets.back().packet.notes.connection = connection_of(packets.back().packet, from);
      }
      StatefulBox box(profile, {"box", 5, {ipv4(198, 51, 100, 1)}}, {3});
      Outbox out;
      for (const Sent& sent : packets) {
        Packet packet = sent.packet;
        box.process(sent.from, packet, sent.at, out);
      }
      const auto expected = calls_by_definition(profile, packets);
      found += expected.size();
      for (std::uint32_t connection = 0; connection < 3; ++connection) {
        const auto its = expected.find(connection);
        EXPECT_EQ(said(box.closest_call(ConnectionId{connection})),
                  said(its == expected.end() ? std::nullopt : std::optional(its->second)));
      }
    }
  }
  EXPECT_GT(found, 50u);
}

}  // namespace
}  // namespace stayalive::testing
