// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "strategy/wireguard/wireguard_end.h"
#include "support/strategy_pair.h"
#include "support/strategy_story.h"

// Times and sizes were recorded from wireguard-go 0.0.20220316 where a test says so; the others are
// those of timers.c, send.c and receive.c of the Linux module.
namespace stayalive {
namespace {

constexpr int kInit = 0;
constexpr int kResp = 1;

std::unique_ptr<Strategy> wireguard(Role role, OptionTexts texts) {
  return make_strategy("wireguard_tunnel", role, Transport::Udp, texts);
}

// Both ends, 1 ms apart, without random parts in their waits.
StrategyPair tunnel_of(std::string_view client, std::string_view server = "0s") {
  return {wireguard(Role::Client, {{"persistent_keepalive", client}, {"jitter", "0s"}}),
          wireguard(Role::Server, {{"server_persistent_keepalive", server}, {"jitter", "0s"}}),
          1ms};
}

Lines with(const Lines& lines, std::string_view word) {
  Lines found;
  for (const std::string& line : lines) {
    if (line.find(word) != std::string::npos) found.push_back(line);
  }
  return found;
}

Lines only_sent(const Lines& lines) {
  Lines found;
  for (const std::string& line : lines) {
    for (const std::string_view word : {" control ", " ping ", " application "}) {
      if (line.find(word) != std::string::npos) found.push_back(line);
    }
  }
  return found;
}

// One end whose handshake has been answered at once.
StrategyStory shaken(OptionTexts texts) {
  StrategyStory story(wireguard(Role::Client, texts));
  story.at(0s).opens();
  EXPECT_FALSE(story.strategy().carries(kStart, story.channel()));
  story.hears(MessageKind::Control, kResp);
  static_cast<void>(story.did());
  return story;
}

TEST(Wireguard, SaysNothingUntilThereIsSomethingToSend) {
  StrategyStory story(wireguard(Role::Client, {}));
  story.at(0s).opens().at(1h);
  EXPECT_EQ(only_sent(story.did()), Lines{});
  EXPECT_TRUE(story.never_wakes());
}

// Recorded: 148 and 92 bytes, and an empty packet of 32 that confirms the key.
TEST(Wireguard, APersistentKeepaliveBeginsWithAHandshakeThatIsConfirmed) {
  StrategyPair pair = tunnel_of("25s");
  pair.open(Role::Client);
  pair.run_until(24s);
  EXPECT_EQ(only_sent(pair.did(Role::Client)), (Lines{"0.000 control 148", "0.002 ping 32"}));
  EXPECT_EQ(only_sent(pair.did(Role::Server)), Lines{"0.001 control 92"});
  pair.run_until(25002ms);
  EXPECT_EQ(only_sent(pair.did(Role::Client)), Lines{"25.002 ping 32"});
}

// REKEY_AFTER_TIME is looked at when something is sent: at 25 s a key of 120 s is renewed by the
// fifth keepalive, 125 s old.
TEST(Wireguard, TheEndThatBeganTheLastHandshakeBeginsTheNextWhenItSendsAfterTwoMinutes) {
  StrategyPair pair = tunnel_of("25s");
  pair.open(Role::Client);
  pair.run_until(124s);
  EXPECT_EQ(with(pair.did(Role::Client), "control").size(), 1U);
  pair.run_until(126s);
  EXPECT_EQ(only_sent(pair.did(Role::Client)),
            (Lines{"125.002 ping 32", "125.002 control 148", "125.004 ping 32"}));
}

TEST(Wireguard, AKeyOfJustUnderTwoMinutesIsNotRenewed) {
  StrategyStory young = shaken({});
  young.just_before(120s).writes().just_before(120s);
  EXPECT_EQ(with(young.did(), "control"), Lines{});
  StrategyStory old = shaken({});
  old.at(120s).writes().at(120s);
  EXPECT_EQ(with(old.did(), "control"), Lines{"120.000 control 148"});
}

TEST(Wireguard, TheOtherEndRenewsNothingWhenItSends) {
  StrategyStory server(wireguard(Role::Server, {}));
  server.at(0s).opens().hears(MessageKind::Control, kInit).hears(MessageKind::Ping, 0);
  static_cast<void>(server.did());
  server.at(170s).writes().at(171s);
  EXPECT_EQ(with(server.did(), "control"), Lines{});
}

TEST(Wireguard, AKeyIsRefusedAfterThreeMinutes) {
  StrategyStory story = shaken({});
  story.just_before(180s);
  EXPECT_TRUE(story.strategy().carries(kStart + 180s - 1ns, story.channel()));
  EXPECT_TRUE(story.strategy().takes(kStart + 180s - 1ns, {}));
  story.at(180s);
  EXPECT_FALSE(story.strategy().takes(kStart + 180s, {}));
  EXPECT_FALSE(story.strategy().carries(kStart + 180s, story.channel()));
  EXPECT_EQ(with(story.did(), "control"), Lines{"180.000 control 148"});
}

// 165 s, 180 less 10 and 5: so that what answers can still be sent.
TEST(Wireguard, WhatIsReceivedLateBeginsAHandshakeOnce) {
  StrategyStory early = shaken({});
  early.just_before(165s).hears(MessageKind::Application, 0);
  EXPECT_EQ(early.did(), Lines{});
  StrategyStory late = shaken({});
  late.at(165s).hears(MessageKind::Application, 0);
  EXPECT_EQ(late.did(), Lines{"165.000 control 148"});
  late.at(165s + 1ms).hears(MessageKind::Application, 0);
  EXPECT_EQ(late.did(), Lines{});
}

// KEEPALIVE_TIMEOUT; recorded at 10.00 s.
TEST(Wireguard, DataIsAnsweredWithAnEmptyPacketAfterTenSeconds) {
  StrategyStory story = shaken({});
  story.at(20s).hears(MessageKind::Application, 0).just_before(30s);
  EXPECT_EQ(story.did(), Lines{});
  story.at(30s);
  EXPECT_EQ(story.did(), Lines{"30.000 ping 32"});
  story.at(80s);
  EXPECT_EQ(story.did(), Lines{});
}

TEST(Wireguard, WhatIsSentTakesThePlaceOfTheEmptyPacketAndAnEmptyPacketAsksForNone) {
  StrategyStory busy = shaken({{"jitter", "0s"}});
  busy.at(20s).hears(MessageKind::Application, 0).at(29s).writes().at(31s);
  EXPECT_EQ(busy.did(), Lines{});
  StrategyStory idle = shaken({});
  idle.at(20s).hears(MessageKind::Ping, 0).at(1min);
  EXPECT_EQ(idle.did(), Lines{});
}

TEST(Wireguard, MoreDataMeanwhileBringsOneMoreEmptyPacketTenSecondsLater) {
  StrategyStory story = shaken({});
  story.at(20s).hears(MessageKind::Application, 0).at(25s).hears(MessageKind::Application, 0);
  story.at(1min);
  EXPECT_EQ(story.did(), (Lines{"30.000 ping 32", "40.000 ping 32"}));
}

// KEEPALIVE_TIMEOUT + REKEY_TIMEOUT; recorded at 15.05 s.
TEST(Wireguard, DataThatNothingFollowsForFifteenSecondsBeginsAHandshake) {
  StrategyStory story = shaken({{"jitter", "0s"}});
  story.at(20s).writes().at(22s).writes().just_before(35s);
  EXPECT_EQ(story.did(), Lines{});
  story.at(35s);
  EXPECT_EQ(with(story.did(), "control"), Lines{"35.000 control 148"});
}

TEST(Wireguard, AnEmptyPacketReceivedCallsTheHandshakeOff) {
  StrategyStory story = shaken({{"jitter", "0s"}});
  story.at(20s).writes().just_before(35s).hears(MessageKind::Ping, 0).at(1min);
  EXPECT_EQ(story.did(), Lines{});
}

TEST(Wireguard, AnEmptyPacketSentWaitsForNothing) {
  StrategyStory story = shaken({{"persistent_keepalive", "25s"}, {"jitter", "0s"}});
  story.at(119s);
  EXPECT_EQ(story.did(),
            (Lines{"25.000 ping 32", "50.000 ping 32", "75.000 ping 32", "100.000 ping 32"}));
}

// Recorded: 20 initiations in 98 s, 5.0 to 5.33 s apart.
TEST(Wireguard, TwentyHandshakesInVainAreEnough) {
  StrategyStory story(wireguard(Role::Client, {{"jitter", "0s"}}));
  story.at(0s).opens();
  EXPECT_FALSE(story.strategy().carries(kStart, story.channel()));
  story.just_before(100s);
  const Lines sent = with(story.did(), "control");
  ASSERT_EQ(sent.size(), 20U);
  EXPECT_EQ(sent[1], "5.000 control 148");
  EXPECT_EQ(sent.back(), "95.000 control 148");
  story.at(100s);
  EXPECT_EQ(story.did(),
            (Lines{"100.000 says: The handshake did not complete after 20 attempts, giving up",
                   "100.000 forgets what waits"}));
  EXPECT_TRUE(story.never_wakes());
}

// Recorded: the next burst came 25 s after the last initiation of the one before.
TEST(Wireguard, APersistentKeepaliveTriesAgainForEver) {
  StrategyStory story(wireguard(Role::Client, {{"persistent_keepalive", "25s"}, {"jitter", "0s"}}));
  story.at(0s).opens().just_before(120s);
  EXPECT_EQ(with(story.did(), "control").size(), 20U);
  story.at(120s);
  EXPECT_EQ(with(story.did(), "control"), Lines{"120.000 control 148"});
}

TEST(Wireguard, WaitsForAnswersAreLongerByUpToAThirdOfASecond) {
  StrategyStory story(wireguard(Role::Client, {}));
  story.at(0s).opens();
  static_cast<void>(story.strategy().carries(kStart, story.channel()));
  static_cast<void>(story.did());
  const Duration wait = story.at(5s).next();
  EXPECT_GT(wait, 5s);
  EXPECT_LE(wait, 5333ms);
}

TEST(Wireguard, NoMoreThanOneHandshakeLeavesInFiveSeconds) {
  StrategyStory story(wireguard(Role::Client, {{"jitter", "1s"}}));
  story.at(0s).opens();
  for (const Duration at : {0s, 1s, 4s}) {
    story.at(at);
    EXPECT_FALSE(story.strategy().carries(kStart + at, story.channel()));
  }
  EXPECT_EQ(with(story.did(), "control").size(), 1U);
}

// timers.c restarts the timer at everything authentic, whichever way it goes.
TEST(Wireguard, APeerThatPingsMoreOftenKeepsTheOtherEndSilent) {
  StrategyPair pair = tunnel_of("25s", "20s");
  pair.open(Role::Client);
  pair.run_until(110s);
  EXPECT_EQ(with(pair.did(Role::Client), "ping").size(), 1U);  // it confirms the key
  EXPECT_EQ(with(pair.did(Role::Server), "ping").size(), 5U);
}

TEST(Wireguard, AServerMeetsOnlyHandshakesAndFollowsWhatIsAuthentic) {
  StrategyStory story(wireguard(Role::Server, {}));
  EXPECT_TRUE(story.strategy().accepts_unknown({.kind = MessageKind::Control, .subtype = 0}));
  EXPECT_FALSE(story.strategy().accepts_unknown({.kind = MessageKind::Control, .subtype = 1}));
  EXPECT_FALSE(story.strategy().accepts_unknown({.kind = MessageKind::Ping}));
  EXPECT_FALSE(story.strategy().accepts_unknown({.kind = MessageKind::Application}));
  EXPECT_FALSE(story.strategy().queues_while_not_ready());
  story.at(0s).opens().hears(MessageKind::Control, kInit).hears(MessageKind::Ping, 0);
  static_cast<void>(story.did());
  story.at(5s).hears(MessageKind::Ping, 3, true);
  EXPECT_EQ(story.did(), Lines{});  // a key that it does not know
  story.at(6s).hears(MessageKind::Ping, 0, true);
  EXPECT_EQ(story.did(), Lines{"6.000 adopts source"});
  story.just_before(180s).hears(MessageKind::Ping, 0, true);
  EXPECT_EQ(story.did(), Lines{"180.000 adopts source"});
  story.at(180s).hears(MessageKind::Ping, 0, true);
  EXPECT_EQ(story.did(), Lines{});
}

// noise.c: the end that answers a handshake may not use its key before it has seen it used.
TEST(Wireguard, AServerWaitsForTheFirstPacketUnderANewKey) {
  StrategyStory story(wireguard(Role::Server, {}));
  story.at(0s).opens().hears(MessageKind::Control, kInit);
  EXPECT_FALSE(story.strategy().carries(kStart, story.channel()));
  story.hears(MessageKind::Ping, 0);
  EXPECT_TRUE(story.strategy().carries(kStart, story.channel()));
}

TEST(Wireguard, AnAnswerToAHandshakeThatWasNotAskedForIsIgnored) {
  StrategyStory story = shaken({});
  story.at(1s).hears(MessageKind::Control, kResp);
  EXPECT_EQ(story.did(), Lines{});
}

TEST(Wireguard, PacketsAreFilledUpToWholeBlocks) {
  const auto end = wireguard(Role::Client, {});
  EXPECT_EQ(end->wire_bytes(0), 32U);
  EXPECT_EQ(end->wire_bytes(1), 48U);
  EXPECT_EQ(end->wire_bytes(16), 48U);
  EXPECT_EQ(end->wire_bytes(17), 64U);
  EXPECT_EQ(end->wire_bytes(65507), 65507U);
}

}  // namespace
}  // namespace stayalive
