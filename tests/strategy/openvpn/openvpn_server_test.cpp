// SPDX-License-Identifier: Apache-2.0
#include "strategy/openvpn/openvpn_server.h"

#include <gtest/gtest.h>

#include "support/openvpn_story.h"

namespace stayalive {
namespace {

TEST(Openvpn, AServerMeetsOnlyHardResets) {
  const auto server = make_strategy("openvpn", Role::Server, Transport::Udp, {});
  EXPECT_TRUE(server->accepts_unknown({.kind = MessageKind::Control, .subtype = 0}));
  EXPECT_FALSE(server->accepts_unknown({.kind = MessageKind::Control, .subtype = 2}));
  EXPECT_FALSE(server->accepts_unknown({.kind = MessageKind::Control, .subtype = 16}));
  EXPECT_FALSE(server->accepts_unknown({.kind = MessageKind::Ping}));
  EXPECT_FALSE(server->accepts_unknown({.kind = MessageKind::Application}));
  EXPECT_TRUE(server->chooses_source());
}

TEST(Openvpn, AServerFollowsItsClientByDataButNotByControl) {
  StrategyStory story(make_strategy("openvpn", Role::Server, Transport::Udp, {}));
  story.at(0s).opens();
  for (const int step : {0, 2, 4, 8, 10}) story.hears(MessageKind::Control, step);
  static_cast<void>(story.did());
  story.at(5s).hears(MessageKind::Control, 17, true).hears(MessageKind::Goodbye, 0, true);
  EXPECT_EQ(story.did(), Lines{});
  story.at(6s).hears(MessageKind::Ping, 0, true);
  EXPECT_EQ(story.did(),
            (Lines{"6.000 adopts source",
                   "6.000 says: MULTI: Outgoing address has changed: the client floated"}));
  story.at(7s).hears(MessageKind::Control, 0, true);
  EXPECT_EQ(story.did(), (Lines{"7.000 adopts source", "7.000 not ready", "7.000 control 26"}));
}

// OpenVPN 2.6.14 with --keepalive 9 40: its timers were set up 1.1 s after the handshake, and where
// the clock had begun its third second by then, the first ping came 8.4 s after the handshake.
TEST(Openvpn, AServerSetsItsTimersUpASecondAfterTheHandshake) {
  StrategyStory story(make_strategy(
      "openvpn", Role::Server, Transport::Udp,
      {{"keepalive_interval", "9s"}, {"keepalive_timeout", "40s"}, {"clock_phase", "999ms"}}));
  story.at(0s).opens();
  for (const int step : {0, 2, 4, 8, 10}) story.hears(MessageKind::Control, step);
  static_cast<void>(story.did());
  story.at(12s);
  const auto pings = times_of(story.did(), "ping");
  ASSERT_EQ(pings.size(), 1U);
  EXPECT_GE(pings[0], 8001ms);
  EXPECT_LE(pings[0], 8s + 2 * kLatest);
}

TEST(Openvpn, AnInstanceWithoutKeysDoesNotFollowData) {
  StrategyStory story(make_strategy("openvpn", Role::Server, Transport::Udp, {}));
  story.at(0s).opens().hears(MessageKind::Control, 0);
  static_cast<void>(story.did());
  story.hears(MessageKind::Ping, 0, true);
  EXPECT_EQ(story.did(), Lines{});
}

TEST(Openvpn, AServerForgetsAClientThatCannotAgreeOnKeys) {
  StrategyStory story(make_strategy("openvpn", Role::Server, Transport::Udp, {}));
  story.at(0s).opens().hears(MessageKind::Control, 0).just_before(60s);
  EXPECT_TRUE(times_of(story.did(), "forgets peer").empty());
  story.at(62s);
  EXPECT_EQ(times_of(story.did(), "forgets peer: TLS Error").size(), 1U);
  EXPECT_TRUE(story.never_wakes());
}

TEST(Openvpn, AServerOverTcpEndsTheInstance) {
  StrategyStory story(make_strategy("openvpn", Role::Server, Transport::Tcp, {}));
  story.at(0s).opens().at(62s);
  EXPECT_EQ(times_of(story.did(), "gives up, 0: TLS Error").size(), 1U);
}

// OpenVPN 2.6.14 with --explicit-exit-notify 2: the client stayed 2.1 s after it had said goodbye,
// the server's instance 5.2 s.
TEST(Openvpn, AClientThatSaysGoodbyeIsForgottenFiveSecondsLater) {
  StrategyPair pair = tunnel({{"explicit_exit_notify", "2"}, {"reneg_sec", "0s"}});
  connect(pair);
  pair.run_until(10300ms);
  static_cast<void>(pair.did(Role::Client));
  static_cast<void>(pair.did(Role::Server));
  pair.channel(Role::Client).set_now(kStart + 10300ms);
  EXPECT_TRUE(pair.strategy(Role::Client).on_stop(kStart + 10300ms, pair.channel(Role::Client)));
  pair.run_until(20s);
  const Lines client = pair.did(Role::Client);
  EXPECT_EQ(client.front(), "10.300 goodbye 65");
  const auto left = times_of(client, "finishes, 0: SIGTERM[soft,exit-with-notification]");
  ASSERT_EQ(left.size(), 1U);
  EXPECT_GE(left[0], 12s);
  EXPECT_LE(left[0], 12300ms + 2 * kLatest);
  const Lines server = pair.did(Role::Server);
  EXPECT_EQ(server.front(), "10.301 control 30");
  const auto forgotten = times_of(server, "forgets peer: SIGTERM[soft,delayed-exit]");
  ASSERT_EQ(forgotten.size(), 1U);
  EXPECT_GE(forgotten[0], 15s);
  EXPECT_LE(forgotten[0], 15301ms + 2 * kLatest);
}

// OpenVPN 2.6.14 with --explicit-exit-notify 2 was gone 1.2 s after it had said goodbye late in a
// second of its clock: it looks at the clock once a second.
TEST(Openvpn, AClientThatSaidGoodbyeLooksAtTheClockEverySecond) {
  StrategyPair pair =
      tunnel({{"explicit_exit_notify", "2"}, {"reneg_sec", "0s"}, {"clock_phase", "699ms"}});
  connect(pair);
  pair.run_until(10300ms);
  static_cast<void>(pair.did(Role::Client));
  pair.channel(Role::Client).set_now(kStart + 10300ms);
  EXPECT_TRUE(pair.strategy(Role::Client).on_stop(kStart + 10300ms, pair.channel(Role::Client)));
  EXPECT_GE(pair.strategy(Role::Client).next_deadline(), kStart + 11300ms);
  pair.run_until(20s);
  const auto left =
      times_of(pair.did(Role::Client), "finishes, 0: SIGTERM[soft,exit-with-notification]");
  ASSERT_EQ(left.size(), 1U);
  EXPECT_GE(left[0], 11301ms);
  EXPECT_LE(left[0], 11300ms + kLatest);
}

TEST(Openvpn, LeavesWithoutAWordByDefault) {
  StrategyPair pair = tunnel({});
  connect(pair);
  pair.run_until(10s);
  EXPECT_FALSE(pair.strategy(Role::Client).on_stop(kStart + 10s, pair.channel(Role::Client)));
}

// --- new keys --------------------------------------------------------------------------------

// OpenVPN 2.6.14 with --reneg-sec 20 at the client: 54 > 66 < 343 > 878 < 1076 > 232 274 < 70 74 >.
TEST(Openvpn, AgreesOnNewKeysWhileTheTunnelStaysUp) {
  StrategyPair pair = tunnel({{"reneg_sec", "5s"}, {"default_ping_restart", "false"}});
  connect(pair);
  pair.run_until(1s);
  static_cast<void>(pair.did(Role::Client));
  static_cast<void>(pair.did(Role::Server));
  pair.run_until(7s);
  Lines sizes;
  for (const std::string& line : pair.did(Role::Client)) {
    sizes.push_back(line.substr(line.find(' ') + 1));
  }
  // Both clocks run out together, and the server gives way.
  EXPECT_EQ(sizes,
            (Lines{"control 54", "control 343", "control 1076", "control 70", "control 74"}));
  EXPECT_TRUE(pair.channel(Role::Client).ready());
  pair.run_until(60s);
  EXPECT_GE(times_of(pair.did(Role::Client), "control 343").size(), 9U);
}

TEST(Openvpn, AServersKeysGrowOldUpToATenthSooner) {
  StrategyPair pair = tunnel({{"keepalive_interval", "10s"}, {"keepalive_timeout", "60s"}});
  connect(pair);
  pair.run_until(3240s);
  EXPECT_TRUE(times_of(pair.did(Role::Server), "control 54").empty());
  pair.run_until(3602s);
  const Lines server = pair.did(Role::Server);
  const Lines client = pair.did(Role::Client);
  EXPECT_EQ(times_of(server, "control 54").size() + times_of(client, "control 54").size(), 1U);
  EXPECT_EQ(times_of(client, "control 343").size(), 1U);
}

TEST(Openvpn, TriesAgainForNewKeysOverUdpAndStartsOverOverTcp) {
  for (const Transport transport : {Transport::Udp, Transport::Tcp}) {
    StrategyPair pair =
        tunnel({{"reneg_sec", "20s"}, {"hand_window", "5s"}, {"default_ping_restart", "false"}},
               transport);
    connect(pair);
    pair.run_until(10s);
    pair.cut(true);
    static_cast<void>(pair.did(Role::Client));
    pair.run_until(32s);
    const Lines lines = pair.did(Role::Client);
    if (transport == Transport::Tcp) {
      EXPECT_EQ(times_of(lines, "reconnects after 1s: TLS Error").size(), 1U);
    } else {
      EXPECT_TRUE(times_of(lines, "TLS Error").empty());
      EXPECT_GE(times_of(lines, "control 54").size(), 4U);
    }
  }
}

// --- options ---------------------------------------------------------------------------------

std::vector<std::string> mistakes(OptionTexts texts, Transport transport = Transport::Udp) {
  const StrategyKind& kind = *find_strategy("openvpn");
  std::vector<std::string> keys;
  for (const OptionError& error : kind.check(options_of(kind, texts), transport)) {
    keys.emplace_back(error.key);
  }
  return keys;
}

TEST(Openvpn, RefusesWhatTheProgramRefuses) {
  using Keys = std::vector<std::string>;
  EXPECT_EQ(mistakes({{"keepalive_interval", "10s"}, {"keepalive_timeout", "20s"}}), Keys{});
  EXPECT_EQ(mistakes({{"keepalive_interval", "10s"}, {"keepalive_timeout", "19s"}}),
            Keys{"keepalive_timeout"});
  EXPECT_EQ(mistakes({{"keepalive_interval", "10s"}}), Keys{"keepalive_timeout"});
  EXPECT_EQ(mistakes({{"keepalive_timeout", "10s"}}), Keys{"keepalive_interval"});
  EXPECT_EQ(
      mistakes(
          {{"keepalive_interval", "10s"}, {"keepalive_timeout", "60s"}, {"server_ping", "5s"}}),
      Keys{"server_ping"});
  EXPECT_EQ(mistakes({{"client_ping_restart", "10s"}, {"client_ping_exit", "10s"}}),
            Keys{"client_ping_exit"});
  EXPECT_EQ(mistakes({{"connect_retry", "20s"}, {"connect_retry_max", "10s"}}),
            Keys{"connect_retry_max"});
  EXPECT_EQ(mistakes({{"client_ping", "1500ms"}}), Keys{"client_ping"});
  EXPECT_EQ(mistakes({{"explicit_exit_notify", "1"}}), Keys{});
  EXPECT_EQ(mistakes({{"explicit_exit_notify", "1"}}, Transport::Tcp),
            Keys{"explicit_exit_notify"});
}

}  // namespace
}  // namespace stayalive
