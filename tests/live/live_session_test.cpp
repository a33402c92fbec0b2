// SPDX-License-Identifier: Apache-2.0
#include "live/live_session.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "live/ends.h"

namespace stayalive {
namespace {

using namespace tcp_flag;

bool has_line(const Bench& bench, const std::string& part) {
  return std::ranges::any_of(bench.log,
                             [&](const std::string& line) { return line.find(part) != line.npos; });
}

TEST(LiveClock, ScalesInstantsAndFindsTheFirstRealOne) {
  const LiveClock clock(60);
  EXPECT_EQ(clock.box(kStart + 1s), kStart + 60s);
  EXPECT_EQ(clock.real(kStart + 60s), kStart + 1s);
  EXPECT_EQ(clock.real(kStart + 60s + 1ns), kStart + 1s + 1ns);
  EXPECT_EQ(clock.real(kNever), kNever);
  EXPECT_EQ(clock.box(kNever), kNever);
}

TEST(LiveSession, TranslatesDatagramsAndTheirAnswersAndKeepsTheirBytes) {
  Bench bench(path_through("home-router"));
  ASSERT_TRUE(bench.send(Side::Internal, datagram(kClient, kServer, 20), kStart + 1s));
  const Packet out = bench.ends.got[1].back();
  EXPECT_EQ(print_address(out.source_address), "198.51.100.1");
  EXPECT_EQ(out.destination(), kServer);
  ASSERT_TRUE(bench.send(Side::External, datagram(kServer, out.source(), 30), kStart + 2s));
  EXPECT_EQ(bench.ends.got[0].back().destination(), kClient);
  EXPECT_EQ(bench.ends.bytes_got[0].back().back(), 29);
}

TEST(LiveSession, AUdpFlowDiesExactlyAtItsTimerAndSaysHowLate) {
  // udp.single of 30 s: dead at 31 s, counted from 1 s.
  for (const auto& [answer_at, arrives] :
       {std::pair{kStart + 31s - 1ns, true}, std::pair{kStart + 31s, false},
        std::pair{kStart + 35s, false}}) {
    Bench bench(path_through("rfc-minimum", ", \"timeouts\": {\"udp.single\": \"30s\"}"));
    bench.send(Side::Internal, datagram(kClient, kServer), kStart + 1s);
    const Endpoint seen = bench.ends.got[1].back().source();
    EXPECT_EQ(bench.send(Side::External, datagram(kServer, seen), answer_at), arrives);
    if (answer_at == kStart + 35s) {
      EXPECT_TRUE(has_line(bench, "forgot flow 1 7000/udp: udp.single (30s) ran out"));
      EXPECT_TRUE(has_line(bench, "4s too late")) << bench.log.back();
    }
  }
}

TEST(LiveSession, AScaleOfSixtyMakesABoxForgetSixtyTimesAsSoon) {
  for (const auto& [answer_at, arrives] :
       {std::pair{kStart + 500ms - 1ns, true}, std::pair{kStart + 500ms, false}}) {
    Bench bench(path_through("linux-conntrack", ", \"timeouts\": {\"udp.single\": \"30s\"}"), 60);
    bench.send(Side::Internal, datagram(kClient, kServer), kStart);
    const Endpoint seen = bench.ends.got[1].back().source();
    EXPECT_EQ(bench.send(Side::External, datagram(kServer, seen), answer_at), arrives);
  }
}

TEST(LiveSession, SaysWhoIsToBlameAsARunDoes) {
  Bench bench(path_through("aws-nlb"));
  bench.shake_hands(kStart + 1s);
  bench.send(Side::Internal, segment(kClient, kServer, kPsh | kAck, 1001, 5001, 100), kStart + 2s);
  // 350 s later it is forgotten; what comes then is answered with RST.
  bench.send(Side::Internal, segment(kClient, kServer, kPsh | kAck, 1101, 5001, 100),
             kStart + 400s);
  ASSERT_FALSE(bench.ends.got[0].empty());
  EXPECT_TRUE(bench.ends.got[0].back().has(kRst));
  const LiveReport report = bench.session.finish(kStart + 500s);
  ASSERT_EQ(report.run.connections.size(), 1u);
  const ConnectionReport& flow = report.run.connections.front();
  EXPECT_EQ(flow.outcome, Outcome::Forgotten);
  EXPECT_EQ(flow.sides[0].outcome, Outcome::Reset);
  EXPECT_EQ(flow.sides[0].noticed_at, kStart + 400s);
  EXPECT_EQ(flow.sides[1].outcome, Outcome::Forgotten);
  EXPECT_EQ(flow.sides[1].forgotten_at, kStart + 352s);
  EXPECT_EQ(flow.blame.who, "aws-nlb");
  EXPECT_EQ(flow.blame.timer, "tcp.established");
  EXPECT_EQ(flow.blame.timeout, 350s);
  EXPECT_EQ(flow.blame.at, kStart + 352s);
  EXPECT_EQ(flow.blame.refreshed_at, kStart + 2s);
}

TEST(LiveSession, AConnectionThatBothEndsCloseHasEndedInOrder) {
  Bench bench(path_through("home-router"));
  const Endpoint seen = bench.shake_hands(kStart);
  bench.send(Side::Internal, segment(kClient, kServer, kFin | kAck, 1001, 5001), kStart + 1s);
  bench.send(Side::External, segment(kServer, seen, kFin | kAck, 5001, 1002), kStart + 2s);
  bench.send(Side::Internal, segment(kClient, kServer, kAck, 1002, 5002), kStart + 3s);
  const LiveReport report = bench.session.finish(kStart + 1h);
  EXPECT_EQ(report.run.connections.front().sides[0].outcome, Outcome::Closed);
  EXPECT_EQ(report.run.connections.front().sides[1].outcome, Outcome::Closed);
  EXPECT_EQ(report.run.connections.front().outcome, Outcome::Closed);
}

TEST(LiveSession, AServerWhereNobodyListensRefusesAndNeverWasThere) {
  Bench bench(path_through("home-router"));
  bench.send(Side::Internal, segment(kClient, kServer, kSyn, 1000, 0), kStart);
  const Endpoint seen = bench.ends.got[1].back().source();
  bench.send(Side::External, segment(kServer, seen, kRst | kAck, 0, 1001), kStart + 1ms);
  const LiveReport report = bench.session.finish(kStart + 1s);
  EXPECT_EQ(report.run.connections.front().sides[0].outcome, Outcome::Refused);
  EXPECT_FALSE(report.run.connections.front().sides[1].outcome);
}

TEST(LiveSession, AnEndThatSendsResetAfterAWaitHasGivenUp) {
  Bench bench(path_through("home-router",
                           ", \"timeouts\": {\"tcp.established\": \"60s\"}, "
                           "\"netfilter\": {\"tcp_loose\": false}"));
  bench.shake_hands(kStart);
  bench.send(Side::Internal, segment(kClient, kServer, kPsh | kAck, 1001, 5001, 10), kStart + 100s);
  bench.send(Side::Internal, segment(kClient, kServer, kRst | kAck, 1011, 5001), kStart + 200s);
  const LiveReport report = bench.session.finish(kStart + 300s);
  const ConnectionReport& flow = report.run.connections.front();
  EXPECT_EQ(flow.sides[0].outcome, Outcome::Detected);
  EXPECT_EQ(flow.sides[0].noticed_at, kStart + 200s);
  EXPECT_EQ(flow.sides[0].forgotten_at, kStart + 60s);
}

TEST(LiveSession, ALineDelaysInRealTimeWhateverTheScale) {
  Bench bench("[{\"link\": {\"delay\": \"20ms\"}}, {\"middlebox\": {\"profile\": \"aws-nlb\"}}]",
              60);
  bench.send(Side::Internal, datagram({ipv4(192, 0, 2, 2), 4000}, kServer), kStart + 1s);
  EXPECT_TRUE(bench.ends.got[1].empty());
  EXPECT_EQ(bench.session.next_deadline(), kStart + 1020ms);
  bench.session.expire(kStart + 1020ms - 1ns);
  EXPECT_TRUE(bench.ends.got[1].empty());
  bench.session.expire(kStart + 1020ms);
  EXPECT_EQ(bench.ends.got[1].size(), 1u);
}

TEST(LiveSession, ALineThatIsCutLosesUntilItIsMended) {
  Bench bench("[{\"link\": {\"name\": \"lan\"}}]");
  bench.session.line().cut(0, kForever, Side::External, kStart + 1s);
  EXPECT_FALSE(bench.send(Side::Internal, datagram(kClient, kServer), kStart + 2s));
  EXPECT_TRUE(bench.send(Side::External, datagram(kServer, kClient), kStart + 2s));
  bench.session.line().cut(0, Duration::zero(), std::nullopt, kStart + 3s);
  EXPECT_TRUE(bench.send(Side::Internal, datagram(kClient, kServer), kStart + 3s));
  EXPECT_EQ(bench.session.line().counts().lost[static_cast<std::size_t>(LiveLoss::Cut)], 1u);
}

TEST(LiveSession, AFlushForgetsAndARebootPassesNothing) {
  Bench bench(path_through("aws-nlb"));
  const Endpoint seen = bench.shake_hands(kStart);
  bench.session.line().flush(0, kStart + 1s);
  bench.send(Side::Internal, segment(kClient, kServer, kPsh | kAck, 1001, 5001, 10), kStart + 2s);
  EXPECT_TRUE(bench.ends.got[0].back().has(kRst));
  bench.session.line().reboot(0, 10s, kStart + 3s);
  const Packet syn = segment({kClient.address, 40001}, kServer, kSyn, 1, 0);
  EXPECT_FALSE(bench.send(Side::Internal, syn, kStart + 13s - 1ns));
  EXPECT_TRUE(bench.send(Side::Internal, syn, kStart + 13s));
  EXPECT_EQ(seen, kClient);
}

TEST(LiveSession, ATimerThatIsChangedCountsAtOnceOrFromTheNextRefreshOnLinux) {
  const auto silence_ends = [](const std::string& profile, Timeout timer, TimePoint answer_at) {
    Bench bench(
        path_through(profile, ", \"timeouts\": {\"" + std::string(name(timer)) + "\": \"100s\"}"));
    bench.send(Side::Internal, datagram(kClient, kServer), kStart);
    const Endpoint seen = bench.ends.got[1].back().source();
    bench.session.line().change_timer(0, timer, 20s, kStart + 1s);
    return bench.send(Side::External, datagram(kServer, seen), answer_at);
  };
  EXPECT_TRUE(silence_ends("linux-conntrack", Timeout::UdpSingle, kStart + 99s));
  EXPECT_FALSE(silence_ends("linux-conntrack", Timeout::UdpSingle, kStart + 100s));
  EXPECT_TRUE(silence_ends("pf-normal", Timeout::UdpFirst, kStart + 19s));
  EXPECT_FALSE(silence_ends("pf-normal", Timeout::UdpFirst, kStart + 31s));
}

TEST(LiveSession, WhatIsNoPacketIsCountedAndGoesNowhere) {
  Bench bench(path_through("home-router"));
  for (const std::size_t length : {0u, 1u, 19u, 20u, 28u}) {
    std::vector<std::uint8_t> bytes(length, 0x45);
    bench.session.enter(Side::Internal, bytes, kStart);
  }
  std::vector<std::uint8_t> version6(40, 0x60);
  bench.session.enter(Side::External, version6, kStart);
  const LiveReport report = bench.session.finish(kStart + 1s);
  EXPECT_EQ(report.counts.lost[static_cast<std::size_t>(LiveLoss::Unreadable)], 6u);
  EXPECT_EQ(report.counts.unreadable[static_cast<std::size_t>(WireError::NotIpv4)], 1u);
  EXPECT_EQ(report.counts.entered[0] + report.counts.left[0] + report.counts.left[1], 0u);
  EXPECT_TRUE(report.run.connections.empty());
}

TEST(LiveSession, FlowsBeyondTheLimitPassAndAreCounted) {
  Bench bench(path_through("home-router"));
  for (std::uint16_t i = 0; i < 150; ++i) {
    const Endpoint client{kClient.address, static_cast<std::uint16_t>(10'000 + i)};
    EXPECT_TRUE(bench.send(Side::Internal, datagram(client, kServer), kStart + 1ms * i));
  }
  const LiveReport report = bench.session.finish(kStart + 1s);
  EXPECT_EQ(report.flows, 100u);
  EXPECT_EQ(report.beyond, 50u);
}

TEST(LiveSession, ExpectationsOfTheScenarioAreCheckedByPort) {
  const std::string more =
      ", \"connections\": [{\"name\": \"mine\", \"port\": 7000}, {\"name\": \"none\", \"port\": "
      "8000}], \"expect\": [{\"connection\": \"mine\", \"is\": \"forgotten\", \"at\": \"6m\", "
      "\"blame\": \"aws-nlb\"}, {\"connection\": \"none\", \"is\": \"alive\"}]";
  Bench bench(path_through("aws-nlb"), 1, more);
  bench.shake_hands(kStart);
  const LiveReport report = bench.session.finish(kStart + 400s);
  ASSERT_EQ(report.run.connections.size(), 2u);
  EXPECT_EQ(report.run.connections[0].name, "mine");
  ASSERT_EQ(report.run.expectations.size(), 2u);
  EXPECT_TRUE(report.run.expectations[0].holds) << report.run.expectations[0].found;
  EXPECT_FALSE(report.run.expectations[1].holds);
  EXPECT_TRUE(report.run.fails());
}

TEST(LiveSession, WhatTheScenarioAsksToHappenHappensByTheBoxesClock) {
  const std::string more =
      ", \"connections\": [{\"name\": \"mine\", \"port\": 7000}], "
      "\"events\": [{\"at\": \"1m\", \"flush\": \"aws-nlb\"}]";
  Bench bench(path_through("aws-nlb"), 60, more);
  bench.shake_hands(kStart);
  EXPECT_EQ(bench.session.next_deadline(), kStart + 1s);
  bench.session.expire(kStart + 1s);
  EXPECT_EQ(bench.session.line().box(0).size(), 0u);
  const LiveReport report = bench.session.finish(kStart + 2s);
  EXPECT_EQ(report.run.connections.front().blame.event, FlowEvent::Flushed);
}

TEST(LiveSession, RefusesWhatCannotBeHadWithRealPrograms) {
  const Scenario scenario = scenario_of(
      "[{\"proxy\": {\"profile\": \"nginx\"}}]",
      ", \"connections\": [{\"name\": \"a\", \"traffic\": [{\"at\": \"1m\"}]}], \"events\": "
      "[{\"at\": \"1m\", \"crash\": "
      "\"server\"}], \"expect\": [{\"connection\": \"a\", \"messages\": {\"delivered\": 0}}]");
  EXPECT_EQ(refuse_live(scenario).size(), 3u);
}

}  // namespace
}  // namespace stayalive
