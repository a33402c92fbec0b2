// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "run/rehearsal/detection.h"
#include "run/rehearsal/endurance.h"
#include "support/scenario_text.h"

namespace stayalive {
namespace {

std::string udp_through(const std::string& timeout, const std::string& interval) {
  return R"({"path": [{"link": {"delay": "10ms", "loss": "30%"}},
      {"middlebox": {"name": "box", "profile": "rfc-minimum", "timeouts": {"udp.single": ")" +
         timeout + R"(", "udp.stream": ")" + timeout + R"("}}}],
    "connections": [{"name": "c", "transport": "udp",
      "strategy": {"keepalive": {"interval": ")" +
         interval + R"(", "answered": false}}}]})";
}

TEST(Experiment, TheRhythmIsThatOfTheKeepalives) {
  const Rhythm rhythm = find_rhythm(right(udp_through("2m", "30s")), 0, 30s);
  EXPECT_EQ(rhythm.cycle, 30s);
  EXPECT_EQ((rhythm.beat - kStart) % 30s, Duration::zero());
  EXPECT_EQ(find_rhythm(right(R"({"connections": [{}]})"), 0, 0s).cycle, Duration::zero());
}

TEST(Experiment, AsManyKeepalivesMayBeLostAsFitIntoTheTimeout) {
  const Scenario scenario = right(udp_through("119s", "30s"));
  const Endurance endurance = find_endurance(Experiment(scenario, 0, 30s));
  // With a third one the last packet before the outage and the first one after it are 120 s apart.
  EXPECT_EQ(endurance.lost, 2u);
  EXPECT_EQ(endurance.outage, 60s);
  const Scenario longer = right(udp_through("121s", "30s"));
  EXPECT_EQ(find_endurance(Experiment(longer, 0, 30s)).lost, 3u);
  EXPECT_FALSE(endurance.endless);
}

TEST(Experiment, WithoutAMarginNotASingleOneMayBeLost) {
  const Scenario scenario = right(udp_through("50s", "30s"));
  const Endurance endurance = find_endurance(Experiment(scenario, 0, 30s));
  EXPECT_FALSE(endurance.any());
  EXPECT_EQ(endurance.lost, 0u);
}

TEST(Experiment, AnOpensshClientNoticesACrashAfterOneIntervalMoreThanItsCount) {
  const Scenario scenario = right(R"({"connections": [
    {"name": "c", "strategy": {"ssh": {"server_alive_interval": "60s",
                                       "server_alive_count_max": 2}}}]})");
  const Detection detection = find_detection(Experiment(scenario, 0, 60s));
  const Notice& client = detection.crash[index(Role::Client)];
  EXPECT_TRUE(client.always);
  EXPECT_GT(client.worst, 178s);
  EXPECT_LE(client.worst, 180s);
  EXPECT_FALSE(detection.has_box);
}

// Probes are nothing to a proxy, which closes after an hour of silence whatever becomes of the
// server's host: that is no way to notice its crash.
TEST(Experiment, WhatEndsByItselfMeanwhileShowsNothing) {
  const auto through_proxy = [](const std::string& strategy) {
    return right(R"({"path": [{"link": {"delay": "10ms"}},
        {"proxy": {"name": "proxy", "idle_timeout": "1h"}}],
      "connections": [{"name": "c", "strategy": {)" +
                 strategy + "}}]}");
  };
  const Experiment probed(
      through_proxy(R"("tcp_keepalive": {"idle": "15s", "interval": "10s", "count": 5})"), 0, 15s);
  EXPECT_LT(later(probed.samples()[0].rhythm.until, 20min), kStart + 1h) << "it has settled before";
  EXPECT_FALSE(probed.lives());
  EXPECT_FALSE(find_detection(probed).known);
  EXPECT_TRUE(Experiment(through_proxy(R"("keepalive": {"interval": "15s"})"), 0, 15s).lives());
}

// The firewall forgets, sshd gives up after 24 s, and what the proxy tells the client then does not
// pass: the connection is dead from the first instant on, until the client's kernel asks after 2 h.
TEST(Experiment, AConnectionIsDeadForTheOtherEndSinceOneHasLeft) {
  const Scenario scenario = right(R"({"path": [{"link": {"delay": "1ms"}},
      {"middlebox": {"name": "firewall", "profile": "linux-firewall"}},
      {"proxy": {"name": "proxy", "profile": "apache-proxy"}}],
    "connections": [{"name": "c", "strategy": {"ssh": {"client_alive_interval": "6s"}}}]})");
  const Detection detection = find_detection(Experiment(scenario, 0, 6s));
  const Notice& client = detection.forgotten[index(Role::Client)];
  EXPECT_TRUE(client.always);
  EXPECT_GE(client.blackhole, 2h);
  EXPECT_LT(client.blackhole, 2h + 1s);
}

// TCP's retransmission timeout needs some round trips to follow the line.  An outage of 38 s is
// borne at the first keepalive, of 31 s at the fifth, of 25 s from the twentieth on.
TEST(Experiment, EnduranceIsThatOfAConnectionThatHasSettled) {
  const Scenario scenario = right(R"({"path": [{"link": {"delay": "100ms"}},
      {"middlebox": {"name": "lb", "profile": "aws-nlb"}}],
    "connections": [{"name": "c", "strategy": {"ssh": {"server_alive_interval": "300s"}}}]})");
  EXPECT_EQ(find_endurance(Experiment(scenario, 0, 300s)).outage, 25s);
}

// A client that crashes while the answer is on its way leaves the server retransmitting, which
// keeps the balancer from resetting anybody.
TEST(Experiment, TheWorstInstantLiesInTheMiddleOfAnExchange) {
  const Scenario scenario = right(R"({"path": [{"link": {"delay": "36ms"}},
      {"middlebox": {"name": "lb", "profile": "azure-lb-reset"}}],
    "connections": [{"name": "c", "strategy": {"ssh": {"server_alive_interval": "180s"}}}]})");
  const Detection detection = find_detection(Experiment(scenario, 0, 180s));
  const Notice& server = detection.crash[index(Role::Server)];
  EXPECT_TRUE(server.always);
  EXPECT_GT(server.worst, 15min);
  EXPECT_LT(server.worst, 17min);
}

// The server's kernel asks every two hours whatever the client's probes do: at worst right after
// that the client crashes.
TEST(Experiment, TheWorstInstantMayComeEveryTwoHours) {
  const Scenario scenario = right(R"({"path": [{"link": {"delay": "20ms"}}],
    "connections": [{"name": "c", "strategy": {"tcp_keepalive": {"idle": "60s",
      "side": "client", "so_keepalive": "server"}}}]})");
  const Detection detection = find_detection(Experiment(scenario, 0, 60s));
  const Notice& server = detection.crash[index(Role::Server)];
  EXPECT_GT(server.worst, 2h + 11min + 14s);
  EXPECT_LE(server.worst, 2h + 11min + 16s);
}

// The server's probe two hours after its beginning keeps a box from resetting it whose timer would
// have ended soon: a client that crashes four minutes before costs eleven minutes more.
TEST(Experiment, WhatHappensSeldomMattersToWhatIsStillOnItsWay) {
  const Scenario scenario = right(R"({"path": [{"link": {"delay": "20ms"}},
      {"middlebox": {"name": "box", "profile": "azure-firewall"}}],
    "connections": [{"name": "c", "strategy": {"tcp_keepalive": {"idle": "10s", "interval": "10s",
      "side": "client", "so_keepalive": "server"}}}]})");
  const Notice server = find_crash_notice(Experiment(scenario, 0, 10s), Role::Server);
  EXPECT_TRUE(server.always);
  EXPECT_GT(server.worst, 15min + 5s - 1s) << "a probe every ten seconds, 240 s before two hours";
  EXPECT_LE(server.worst, 15min + 15s + 1s);
}

// A broker that looks every 5 s sees a keepalive of 4 s in each phase of its clock.
TEST(Experiment, WhoLooksOnlyNowAndThenIsSeenInEveryPhase) {
  const Scenario scenario = right(R"({"connections": [{"name": "c", "strategy": {"keepalive":
      {"interval": "4s", "give_up_after": "6s", "check_every": "5s"}}}]})");
  const Detection detection = find_detection(Experiment(scenario, 0, 4s));
  const Notice& server = detection.crash[index(Role::Server)];
  EXPECT_GT(server.worst, 9s);
  EXPECT_LE(server.worst, 11s + 1ms);
}

TEST(Experiment, OfAConnectionThatHasDiedNothingIsKnown) {
  const Scenario scenario = right(R"({"path": [{"middlebox": {"profile": "azure-lb"}}],
    "connections": [{"name": "c", "strategy": {"tcp_keepalive": {"idle": "300s"}}}]})");
  EXPECT_FALSE(find_detection(Experiment(scenario, 0, 300s)).known);
  const Scenario sooner = right(R"({"path": [{"middlebox": {"profile": "azure-lb"}}],
    "connections": [{"name": "c", "strategy": {"tcp_keepalive": {"idle": "200s"}}}]})");
  EXPECT_TRUE(find_detection(Experiment(sooner, 0, 200s)).known);
}

TEST(Experiment, AProxyThatClosesInOrderIsHowAnEndLearns) {
  const Scenario scenario = right(R"({"path": [{"proxy": {"name": "haproxy",
      "idle_timeout": "50s"}}], "connections": [{"name": "p", "port": 80,
      "strategy": {"keepalive": {"interval": "40s", "retries": 2}}}]})");
  const Detection detection = find_detection(Experiment(scenario, 0, 40s));
  const Notice& server = detection.crash[index(Role::Server)];
  EXPECT_TRUE(server.always);
  EXPECT_GT(server.worst, 49s);
  EXPECT_LE(server.worst, 50s + 1ns);
}

// Two in a row leave gaps of three intervals, each a little longer than it says.
TEST(Experiment, OpenvpnBearsWhatItBearsWhateverItDraws) {
  const Scenario scenario = right(R"({"path": [{"link": {"delay": "20ms"}},
      {"middlebox": {"name": "cgn", "profile": "carrier-nat"}}],
    "connections": [{"name": "c", "transport": "udp",
      "strategy": {"openvpn": {"keepalive_interval": "10s", "keepalive_timeout": "60s"}}}]})");
  const Endurance endurance = find_endurance(Experiment(scenario, 0, 10s));
  EXPECT_EQ(endurance.lost, 1u);
  EXPECT_EQ(endurance.outage, 9s) << "10 s with each of the seeds, less one for all others";
}

TEST(Experiment, ASilentConnectionNeverNotices) {
  const Scenario scenario = right(R"({"path": [{"middlebox": {"profile": "openwrt"}}],
    "connections": [{}]})");
  const Detection detection = find_detection(Experiment(scenario, 0, 0s));
  EXPECT_FALSE(detection.crash[index(Role::Client)].always);
  EXPECT_TRUE(detection.has_box);
  EXPECT_FALSE(detection.forgotten[index(Role::Client)].recovers);
}

TEST(Experiment, AClientThatSpeaksFirstOpensTheWayAgain) {
  const Scenario scenario = right(udp_through("2m", "30s"));
  const Detection detection = find_detection(Experiment(scenario, 0, 30s));
  const Notice& client = detection.forgotten[index(Role::Client)];
  EXPECT_TRUE(client.recovers);
  EXPECT_LE(client.blackhole, 30s);
  EXPECT_GT(client.blackhole, 29s);
}

}  // namespace
}  // namespace stayalive
