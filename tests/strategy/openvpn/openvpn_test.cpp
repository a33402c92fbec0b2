// SPDX-License-Identifier: Apache-2.0
#include "strategy/openvpn/openvpn.h"

#include <gtest/gtest.h>

#include "support/openvpn_story.h"

namespace stayalive {
namespace {

// --- the handshake ---------------------------------------------------------------------------

// Recorded from OpenVPN 2.6.14 over UDP with a round trip of 100 ms: 14 > 26 < 303 > 834 < 1036 >
// 188 230 < 30 34 > 245 < 34 >; the tunnel is up after four round trips.
TEST(Openvpn, ShakesHandsInFourRoundTrips) {
  StrategyPair pair = tunnel({}, Transport::Udp, 50ms);
  connect(pair);
  pair.run_until(900ms);
  EXPECT_EQ(pair.did(Role::Client),
            (Lines{"0.000 not ready", "0.000 control 14", "0.100 control 303", "0.200 control 1036",
                   "0.300 control 30", "0.300 control 34", "0.400 control 34",
                   "0.400 says: Initialization Sequence Completed", "0.400 ready"}));
  EXPECT_EQ(pair.did(Role::Server),
            (Lines{"0.050 not ready", "0.050 control 26", "0.150 control 834", "0.250 control 188",
                   "0.250 control 230", "0.350 control 245", "0.350 ready"}));
}

TEST(Openvpn, AddsTwoBytesOverTcp) {
  StrategyPair pair =
      tunnel({{"keepalive_interval", "2s"}, {"keepalive_timeout", "8s"}}, Transport::Tcp);
  connect(pair);
  pair.run_until(3s);
  const Lines lines = pair.did(Role::Client);
  ASSERT_GE(lines.size(), 2U);
  EXPECT_EQ(lines[1], "0.000 control 16");
  EXPECT_EQ(times_of(lines, "ping 42").size(), 1U);
  EXPECT_EQ(pair.strategy(Role::Client).wire_bytes(84), 110U);
}

TEST(Openvpn, WrapsTunnelledPackets) {
  StrategyPair pair = tunnel({});
  EXPECT_EQ(pair.strategy(Role::Client).wire_bytes(84), 108U);
  EXPECT_FALSE(pair.strategy(Role::Client).queues_while_not_ready());
}

TEST(Openvpn, GetsThroughALossyHandshake) {
  StrategyPair pair = tunnel({{"reneg_sec", "0s"}}, Transport::Udp, 10ms);
  connect(pair);
  // Each cut swallows the flight that is under way and the next repetition.
  for (int cut = 0; cut < 4; ++cut) {
    pair.run_until(cut * Duration{5s} + 15ms);
    pair.cut(true);
    pair.run_until(cut * Duration{5s} + 4s);
    pair.cut(false);
  }
  pair.run_until(59s);
  EXPECT_TRUE(pair.channel(Role::Client).ready());
  EXPECT_TRUE(pair.channel(Role::Server).ready());
}

// --- pings -----------------------------------------------------------------------------------

// OpenVPN 2.6.14 with --keepalive 2 8, idle: 40-byte pings 2.00 to 2.20 s apart, both ends within
// 0.2 ms of each other; the first one 2.2 s after the handshake.
TEST(Openvpn, PingsAreOnTimeOrUpToAQuarterOfASecondLate) {
  StrategyPair pair =
      tunnel({{"keepalive_interval", "2s"}, {"keepalive_timeout", "8s"}, {"reneg_sec", "0s"}});
  connect(pair, 620ms);
  pair.run_until(120s);
  const std::vector<Duration> pings = times_of(pair.did(Role::Client), "ping 40");
  ASSERT_GE(pings.size(), 50U);
  EXPECT_LT(pings.size(), 61U);
  Duration before = 628ms;  // its last control message
  for (const Duration at : pings) {
    EXPECT_GE(at - before, 1s);
    EXPECT_LE(at - before, 2s + kLatest + 1ms);
    before = at;
  }
  EXPECT_EQ(times_of(pair.did(Role::Server), "ping 40").size(), pings.size());
}

TEST(Openvpn, APingIsDueWhenTheClockSaysSoAndNotBefore) {
  StrategyStory story(make_strategy("openvpn", Role::Client, Transport::Udp,
                                    {{"client_ping", "4s"}, {"reneg_sec", "0s"}}));
  story.at(500ms).opens();
  for (const int step : {1, 3, 5, 6, 9}) story.hears(MessageKind::Control, step);
  static_cast<void>(story.did());
  const Duration due = story.next();
  EXPECT_GE(due, 4500ms);
  EXPECT_LE(due, 4500ms + kLatest);
  story.just_before(due);
  EXPECT_EQ(story.did(), Lines{});
  story.at(due);
  EXPECT_EQ(story.did().size(), 1U);
  EXPECT_GT(story.next(), due);
  // Output puts the next one off; it counts by the second in which it was written.
  story.at(6900ms).writes();
  EXPECT_EQ(story.next(), 6900ms);
  story.at(6900ms).just_before(10s);
  EXPECT_EQ(story.did(), Lines{});
  story.at(12s);
  EXPECT_EQ(story.did().size(), 1U);
}

// OpenVPN 2.6.14, --keepalive 4 12, one way only: the sender never pings, the other end does.
TEST(Openvpn, OnlyTheSilentEndPings) {
  StrategyStory story(make_strategy("openvpn", Role::Client, Transport::Udp,
                                    {{"client_ping", "4s"}, {"default_ping_restart", "false"}}));
  story.at(0s).opens();
  for (const int step : {1, 3, 5, 6, 9}) story.hears(MessageKind::Control, step);
  static_cast<void>(story.did());
  for (int second = 1; second <= 60; ++second) story.at(second * Duration{1s}).writes();
  EXPECT_EQ(story.did(), Lines{});
  for (int second = 61; second <= 80; ++second) {
    story.at(second * Duration{1s}).hears(MessageKind::Application);
  }
  EXPECT_EQ(times_of(story.did(), "ping 40").size(), 5U);
}

// --- silence ---------------------------------------------------------------------------------

// OpenVPN 2.6.14 with --keepalive 2 8: the client restarted 7.6 s, the server 15.3 s after the last
// ping; over TCP the same.  Seconds of the clock make it up to one second less or more.
TEST(Openvpn, ClientRestartsAfterTheTimeoutAndServerAfterTwiceIt) {
  for (const Transport transport : {Transport::Udp, Transport::Tcp}) {
    for (std::uint64_t seed = 1; seed <= 20; ++seed) {
      StrategyPair pair =
          tunnel({{"keepalive_interval", "2s"}, {"keepalive_timeout", "8s"}}, transport, 1ms, seed);
      connect(pair, 620ms);
      pair.run_until(30s);
      const Duration last = times_of(pair.did(Role::Server), "ping").back();
      const Duration heard = times_of(pair.did(Role::Client), "ping").back();
      pair.cut(true);
      pair.run_until(60s);
      const auto client = times_of(pair.did(Role::Client),
                                   "reconnects after 1s: Inactivity timeout (--ping-restart)");
      ASSERT_EQ(client.size(), 1U);
      EXPECT_GE(client[0] - last, 7s);
      EXPECT_LE(client[0] - last, 9s + kLatest);
      const auto server =
          times_of(pair.did(Role::Server), "Inactivity timeout (--ping-restart), restarting");
      ASSERT_EQ(server.size(), 1U);
      EXPECT_GE(server[0] - heard, 15s);
      EXPECT_LE(server[0] - heard, 17s + kLatest);
    }
  }
}

TEST(Openvpn, SilenceIsMeasuredInSecondsOfTheClock) {
  StrategyStory story(
      make_strategy("openvpn", Role::Client, Transport::Udp,
                    {{"client_ping_exit", "6s"}, {"clock_phase", "250ms"}, {"reneg_sec", "0s"}}));
  story.at(0s).opens();
  for (const int step : {1, 3, 5, 6, 9}) story.hears(MessageKind::Control, step);
  static_cast<void>(story.did());
  story.at(10740ms);  // without a word for so long: the end came before
  EXPECT_EQ(story.did().size(), 1U);

  StrategyStory heard(
      make_strategy("openvpn", Role::Client, Transport::Udp,
                    {{"client_ping_exit", "6s"}, {"clock_phase", "250ms"}, {"reneg_sec", "0s"}}));
  heard.at(0s).opens();
  for (const int step : {1, 3, 5, 6, 9}) heard.hears(MessageKind::Control, step);
  static_cast<void>(heard.did());
  heard.at(4749ms).hears(MessageKind::Ping);  // the clock shows 4, the last time
  const Duration due = heard.next();
  EXPECT_GE(due, 6749ms);
  heard.just_before(9750ms);  // the clock shows 9
  EXPECT_EQ(heard.did(), Lines{});
  heard.at(11750ms + kLatest);
  EXPECT_EQ(times_of(heard.did(), "gives up, 0: Inactivity timeout (--ping-exit), exiting").size(),
            1U);
  EXPECT_TRUE(heard.never_wakes());
}

// OpenVPN 2.6.14 without --keepalive restarted about 116 s after the path had died.
TEST(Openvpn, AClientOverUdpRestartsAfterTwoMinutesByDefault) {
  StrategyPair pair = tunnel({});
  connect(pair);
  pair.run_until(1s);
  pair.cut(true);
  pair.run_until(119s);
  EXPECT_TRUE(times_of(pair.did(Role::Client), "reconnects").empty());
  pair.run_until(121s);
  EXPECT_EQ(times_of(pair.did(Role::Client), "reconnects").size(), 1U);

  StrategyPair off = tunnel({{"default_ping_restart", "false"}, {"reneg_sec", "0s"}});
  connect(off);
  off.run_until(1s);
  off.cut(true);
  off.run_until(1h);
  EXPECT_TRUE(times_of(off.did(Role::Client), "reconnects").empty());
  EXPECT_TRUE(off.strategy(Role::Client).next_deadline() == kNever);

  StrategyPair tcp = tunnel({{"reneg_sec", "0s"}}, Transport::Tcp);
  connect(tcp);
  tcp.run_until(1s);
  EXPECT_TRUE(tcp.strategy(Role::Client).next_deadline() == kNever);
}

TEST(Openvpn, WhatTheServerPushesReplacesTheClientsOwn) {
  StrategyPair pair = tunnel({{"keepalive_interval", "3s"},
                              {"keepalive_timeout", "9s"},
                              {"client_ping", "1s"},
                              {"client_ping_exit", "4s"}});
  connect(pair);
  pair.run_until(20s);
  EXPECT_LE(times_of(pair.did(Role::Client), "ping 40").size(), 8U);
  pair.cut(true);
  pair.run_until(40s);
  EXPECT_EQ(times_of(pair.did(Role::Client), "Inactivity timeout (--ping-restart)").size(), 1U);
}

// --- starting over ---------------------------------------------------------------------------

std::vector<std::string> pauses(const Lines& lines) {
  std::vector<std::string> result;
  for (const std::string& line : lines) {
    const std::size_t begin = line.find(" after ");
    if (begin == std::string::npos) continue;
    result.push_back(line.substr(begin + 7, line.find(':', begin) - begin - 7));
  }
  return result;
}

// OpenVPN 2.6.14, tunnel cut while it was up: "Restart pause" of 1, 1, 1, 1, 1, 1, 2, 4, 8, 16, 32
// s and so on up to 300 s.
TEST(Openvpn, PausesDoubleFromTheSixthFailureAfterATimeOfBeingUp) {
  StrategyPair pair =
      tunnel({{"keepalive_interval", "2s"}, {"keepalive_timeout", "8s"}, {"hand_window", "5s"}});
  connect(pair);
  pair.run_until(20s);
  pair.cut(true);
  pair.run_until(2000s);
  const std::vector<std::string> expected{"1s", "1s",  "1s",  "1s",   "1s",   "1s",    "2s", "4s",
                                          "8s", "16s", "32s", "1m4s", "2m8s", "4m16s", "5m", "5m"};
  std::vector<std::string> actual = pauses(pair.did(Role::Client));
  ASSERT_GE(actual.size(), expected.size());
  actual.resize(expected.size());
  EXPECT_EQ(actual, expected);
}

// OpenVPN 2.6.14, never up: 1, 1, 1, 1, 2, 4, 8, 16, 32, 64 s.
TEST(Openvpn, PausesDoubleFromTheFifthFailureWhenItWasNeverUp) {
  StrategyPair pair = tunnel({{"hand_window", "5s"}, {"connect_retry_max", "20s"}});
  pair.cut(true);
  connect(pair);
  pair.run_until(170s);
  const Lines lines = pair.did(Role::Client);
  std::vector<std::string> actual = pauses(lines);
  ASSERT_GE(actual.size(), 10U);
  actual.resize(10);
  EXPECT_EQ(actual, (std::vector<std::string>{"1s", "1s", "1s", "1s", "2s", "4s", "8s", "16s",
                                              "20s", "20s"}));
  EXPECT_TRUE(times_of(lines, "reconnects").empty()) << "nothing new was noticed";
}

// OpenVPN 2.6.14 on a dead path: hard resets at 0, +2.0, +6.0 and +13.7 s, the end of the attempt
// after 59.8 s.
TEST(Openvpn, AnAttemptLastsTheHandWindowWithDoublingRepetitions) {
  StrategyPair pair = tunnel({});
  pair.cut(true);
  connect(pair, 490ms);
  pair.run_until(64s);
  const Lines lines = pair.did(Role::Client);
  const std::vector<Duration> resets = times_of(lines, "control 14");
  ASSERT_GE(resets.size(), 5U);
  const Duration pauses_between[] = {2s, 4s, 8s, 16s};
  for (std::size_t i = 0; i < 4; ++i) {
    EXPECT_NEAR(static_cast<double>((resets[i + 1] - resets[i]).count()),
                static_cast<double>(pauses_between[i].count()), 1.3e9);
  }
  const std::vector<Duration> ends = times_of(lines,
                                              "retries after 1s: TLS Error: TLS key "
                                              "negotiation failed to occur within 60 "
                                              "seconds (check your network connectivity)");
  ASSERT_EQ(ends.size(), 1U);
  EXPECT_GE(ends[0], 60s);
  EXPECT_LE(ends[0], 61s + kLatest);
}

TEST(Openvpn, ComesBackWhenThePathIsHealed) {
  StrategyPair pair = tunnel({{"keepalive_interval", "2s"}, {"keepalive_timeout", "8s"}});
  connect(pair);
  pair.run_until(20s);
  pair.cut(true);
  pair.run_until(100s);
  EXPECT_FALSE(pair.channel(Role::Client).ready());
  pair.cut(false);
  pair.run_until(180s);
  EXPECT_TRUE(pair.channel(Role::Client).ready());
  const Lines lines = pair.did(Role::Server);
  EXPECT_EQ(times_of(lines, "forgets peer").size(), 1U);
  EXPECT_EQ(times_of(lines, " ready").size() - times_of(lines, "not ready").size(), 2U);
}

// OpenVPN 2.6.14 over TCP gave a connection attempt 120.1 s.
TEST(Openvpn, AClientOverTcpWaitsTwoMinutesForItsConnection) {
  StrategyStory story(make_strategy("openvpn", Role::Client, Transport::Tcp, {}));
  story.strategy().on_opening(kStart + 1s);
  EXPECT_EQ(story.next(), 121s);
  story.just_before(121s);
  EXPECT_EQ(story.did(), Lines{});
  story.at(121s);
  EXPECT_EQ(story.did(),
            Lines{"121.000 retries after 1s: TCP: connect to server.example failed: Connection "
                  "timed out"});
}

TEST(Openvpn, StartsOverWhenTheConnectionIsReset) {
  StrategyPair pair = tunnel({}, Transport::Tcp);
  connect(pair);
  pair.run_until(5s);
  static_cast<void>(pair.did(Role::Client));
  pair.strategy(Role::Client)
      .on_closed(kStart + 5s, SocketError::Reset, pair.channel(Role::Client));
  EXPECT_EQ(
      times_of(pair.did(Role::Client), "reconnects after 1s: Connection reset, restarting [-1]")
          .size(),
      1U);

  StrategyStory refused(make_strategy("openvpn", Role::Client, Transport::Tcp, {}));
  refused.at(2s).loses_connection(SocketError::Refused);
  EXPECT_EQ(refused.did(),
            Lines{"2.000 retries after 1s: TCP: connect to server.example failed: Connection "
                  "refused"});
}

}  // namespace
}  // namespace stayalive
