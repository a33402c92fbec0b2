// SPDX-License-Identifier: Apache-2.0
#include "strategy/keepalive/keepalive.h"

#include <gtest/gtest.h>

#include "support/strategy_pair.h"
#include "support/strategy_story.h"

namespace stayalive {
namespace {

StrategyStory keepalive_client(OptionTexts texts, Transport transport = Transport::Tcp) {
  return StrategyStory(make_strategy("keepalive", Role::Client, transport, texts));
}

TEST(Keepalive, PingsExactlyWhenTheIntervalIsOver) {
  StrategyStory story = keepalive_client({{"interval", "10s"}, {"bytes", "17"}});
  story.at(500ms).opens();
  EXPECT_EQ(story.next(), 10500ms);
  story.just_before(10500ms);
  EXPECT_EQ(story.did(), Lines{});
  story.at(10500ms);
  EXPECT_EQ(story.did(), Lines{"10.500 request 17"});
  EXPECT_EQ(story.next(), 20500ms);
}

TEST(Keepalive, NextPingIsPutOffByWhatTheScenarioSays) {
  struct Row {
    const char* reset_by;
    Duration after_writing, after_hearing;
  };
  for (const Row& row : {Row{"sent", 13s, 13s}, Row{"received", 10s, 16s}, Row{"both", 13s, 16s},
                         Row{"nothing", 10s, 10s}}) {
    StrategyStory story = keepalive_client({{"interval", "10s"}, {"reset_by", row.reset_by}});
    story.at(0s).opens().at(3s).writes();
    EXPECT_EQ(story.next(), row.after_writing) << row.reset_by;
    story.at(6s).hears(MessageKind::Application);
    EXPECT_EQ(story.next(), row.after_hearing) << row.reset_by;
  }
}

TEST(Keepalive, AnsweringAPeersPingCountsAsSending) {
  StrategyStory story =
      keepalive_client({{"interval", "10s"}, {"from", "both"}, {"answer_bytes", "5"}});
  story.at(0s).opens().at(4s).hears(MessageKind::Request);
  EXPECT_EQ(story.did(), Lines{"4.000 reply 5"});
  EXPECT_EQ(story.next(), 14s);
}

TEST(Keepalive, WithoutAnswersItSendsPingsAndNeverMissesAny) {
  StrategyStory story =
      keepalive_client({{"interval", "20s"}, {"answered", "false"}, {"bytes", "1"}});
  story.at(0s).opens().at(1000s);
  const Lines lines = story.did();
  EXPECT_EQ(lines.size(), 50U);
  EXPECT_EQ(lines.back(), "1000.000 ping 1");
}

TEST(Keepalive, GivesUpOneWaitAfterTheLastToleratedPing) {
  StrategyStory story =
      keepalive_client({{"interval", "10s"}, {"retries", "3"}, {"retry_interval", "2s"}});
  story.at(0s).opens().just_before(16s);
  EXPECT_EQ(story.did(), (Lines{"10.000 request 2", "12.000 request 2", "14.000 request 2"}));
  story.at(16s);
  EXPECT_EQ(story.did(), Lines{"16.000 gives up, 1: 3 pings went unanswered"});
  EXPECT_TRUE(story.never_wakes());
}

TEST(Keepalive, AnAnswerEndsTheQuickRetries) {
  StrategyStory story =
      keepalive_client({{"interval", "10s"}, {"retries", "3"}, {"retry_interval", "2s"}});
  story.at(0s).opens().at(12500ms).hears(MessageKind::Reply);
  EXPECT_EQ(story.did(), (Lines{"10.000 request 2", "12.000 request 2"}));
  EXPECT_EQ(story.next(), 22s);
}

TEST(Keepalive, WritingDoesNotPutOffARetry) {
  StrategyStory story =
      keepalive_client({{"interval", "10s"}, {"retries", "2"}, {"retry_interval", "4s"}});
  story.at(0s).opens().at(11s).writes();
  EXPECT_EQ(story.next(), 14s);
}

TEST(Keepalive, GivesUpWhenNothingWasReceivedForSoLong) {
  StrategyStory story = keepalive_client({{"interval", "10s"}, {"give_up_after", "25s"}});
  story.at(0s).opens().at(7s).hears(MessageKind::Application).just_before(32s);
  EXPECT_EQ(story.did(), (Lines{"10.000 request 2", "20.000 request 2", "30.000 request 2"}));
  story.at(32s);
  EXPECT_EQ(story.did(), Lines{"32.000 gives up, 1: nothing received for 25s"});
}

TEST(Keepalive, WhoLooksNowAndThenGivesUpAtTheNextLook) {
  // mosquitto looks every 5 s; recorded: nothing heard since 10.08 s of the connection, one and a
  // half times 5 s are over at 17.58, and the end comes at 21.88.
  const OptionTexts broker{{"from", "client"},
                           {"interval", "5s"},
                           {"give_up_after", "7500ms"},
                           {"check_every", "5s"},
                           {"check_phase", "1880ms"}};
  StrategyStory story(make_strategy("keepalive", Role::Server, Transport::Tcp, broker));
  story.at(180ms).opens().at(10260ms).hears(MessageKind::Application).just_before(22060ms);
  EXPECT_EQ(story.did(), Lines{});
  story.at(22060ms);
  EXPECT_EQ(story.did(), Lines{"22.060 gives up, 1: nothing received for 7.5s"});
}

TEST(Keepalive, ALookThatFallsOnTheEndOfTheSilenceSeesIt) {
  StrategyStory story =
      keepalive_client({{"interval", "10s"}, {"give_up_after", "25s"}, {"check_every", "5s"}});
  story.at(0s).opens().at(5s).hears(MessageKind::Application).just_before(30s);
  EXPECT_EQ(story.did().size(), 2U);
  story.at(30s);
  EXPECT_EQ(story.did(), Lines{"30.000 gives up, 1: nothing received for 25s"});
}

TEST(Keepalive, OnlyTheEndThatGivesUpCountsTheSilence) {
  const OptionTexts texts{
      {"from", "server"}, {"interval", "10s"}, {"give_up_after", "25s"}, {"gives_up", "server"}};
  StrategyStory client(make_strategy("keepalive", Role::Client, Transport::Tcp, texts));
  EXPECT_TRUE(client.at(0s).opens().never_wakes());
  StrategyStory server(make_strategy("keepalive", Role::Server, Transport::Tcp, texts));
  server.at(0s).opens().at(25s);
  EXPECT_EQ(server.did().back(), "25.000 gives up, 1: nothing received for 25s");
}

TEST(Keepalive, AClientCanReconnectInstead) {
  StrategyStory story = keepalive_client({{"interval", "10s"},
                                          {"give_up_after", "25s"},
                                          {"on_death", "reconnect"},
                                          {"reconnect_pause", "3s"}});
  story.at(0s).opens().at(25s);
  EXPECT_EQ(story.did().back(), "25.000 reconnects after 3s: nothing received for 25s");
  story.at(28s).loses_connection(SocketError::Refused);
  EXPECT_EQ(story.did(), Lines{"28.000 retries after 3s: Connection refused"});
  story.at(31s).opens().at(32s).loses_connection(SocketError::Reset);
  EXPECT_EQ(story.did(), Lines{"32.000 reconnects after 3s: Connection reset by peer"});
}

TEST(Keepalive, AServerOverUdpForgetsItsPeerAndGoesOn) {
  StrategyStory story(make_strategy("keepalive", Role::Server, Transport::Udp,
                                    {{"give_up_after", "25s"}, {"on_death", "reconnect"}}));
  story.at(0s).opens().just_before(25s);
  EXPECT_EQ(story.did(), Lines{});
  story.at(25s);
  EXPECT_EQ(story.did(), Lines{"25.000 forgets peer: nothing received for 25s"});
  story.at(40s).opens();
  EXPECT_EQ(story.next(), 65s);
}

TEST(Keepalive, OnlyTheNamedEndPings) {
  for (const auto& [from, client_pings, server_pings] :
       {std::tuple{"client", true, false}, std::tuple{"server", false, true},
        std::tuple{"both", true, true}}) {
    StrategyStory at_client(
        make_strategy("keepalive", Role::Client, Transport::Udp, {{"from", from}}));
    StrategyStory at_server(
        make_strategy("keepalive", Role::Server, Transport::Udp, {{"from", from}}));
    EXPECT_EQ(at_client.at(0s).opens().never_wakes(), !client_pings) << from;
    EXPECT_EQ(at_server.at(0s).opens().never_wakes(), !server_pings) << from;
  }
}

TEST(Keepalive, JitterShortensWaitsWithinItsLimit) {
  StrategyStory story =
      keepalive_client({{"interval", "10s"}, {"jitter", "4s"}, {"reset_by", "nothing"}});
  story.at(0s).opens();
  Duration before{};
  Duration shortest = 10s;
  Duration longest{};
  for (int i = 0; i < 200; ++i) {
    const Duration wait = story.next() - before;
    shortest = std::min(shortest, wait);
    longest = std::max(longest, wait);
    before = story.next();
    story.at(before);
  }
  EXPECT_GE(shortest, 6s);
  EXPECT_LT(shortest, 6500ms);
  EXPECT_LE(longest, 10s);
  EXPECT_GT(longest, 9500ms);
}

// gRPC proposal A8 with min_recv_ping_interval_without_data of 5 minutes and two strikes.
TEST(Keepalive, TooFastIsAlsoFatal) {
  const OptionTexts options{{"interval", "10s"}, {"min_ping_interval", "5m"}, {"bytes", "17"}};
  StrategyPair pair(make_strategy("keepalive", Role::Client, Transport::Tcp, options),
                    make_strategy("keepalive", Role::Server, Transport::Tcp, options), 5ms);
  pair.open(Role::Client);
  pair.open(Role::Server);
  pair.run_until(39s);
  EXPECT_EQ(pair.did(Role::Server), (Lines{"10.005 reply 2", "20.005 reply 2", "30.005 reply 2"}));
  pair.run_until(60s);
  EXPECT_EQ(
      pair.did(Role::Server),
      (Lines{"40.005 goodbye 2", "40.005 finishes, 0: closed the connection: too many pings"}));
  EXPECT_EQ(pair.did(Role::Client).back(), "40.010 gives up, 1: The peer says: too many pings");
}

TEST(Keepalive, APingIsGoodExactlyAtTheMinimumInterval) {
  for (const auto& [gap, closes] : {std::pair{10s - 1ns, true}, std::pair{Duration{10s}, false}}) {
    StrategyStory story(make_strategy("keepalive", Role::Server, Transport::Tcp,
                                      {{"min_ping_interval", "10s"}, {"max_strikes", "0"}}));
    story.at(0s)
        .opens()
        .at(3s)
        .hears(MessageKind::Request)
        .at(3s + gap)
        .hears(MessageKind::Request);
    EXPECT_EQ(story.channel().state() == FakeChannel::State::Ended, closes);
  }
}

TEST(Keepalive, SendingDataWipesOutStrikes) {
  StrategyStory story(make_strategy("keepalive", Role::Server, Transport::Tcp,
                                    {{"min_ping_interval", "10s"}, {"max_strikes", "1"}}));
  story.at(0s).opens();
  story.at(1s).hears(MessageKind::Ping).at(2s).hears(MessageKind::Ping).at(3s).writes();
  story.at(4s).hears(MessageKind::Ping);
  EXPECT_EQ(story.channel().state(), FakeChannel::State::Open);
  story.at(5s).hears(MessageKind::Ping);
  EXPECT_EQ(story.channel().state(), FakeChannel::State::Ended);
}

// gRPC C-core 1.51 with an idle stream: pings at 10 and 20 s, and then none.
TEST(Keepalive, StopsAfterSoManyPingsWithoutData) {
  StrategyStory story = keepalive_client({{"interval", "10s"}, {"max_pings_without_data", "2"}});
  story.at(0s).opens().at(65s);
  EXPECT_EQ(story.did(), (Lines{"10.000 request 2", "20.000 request 2"}));
  story.writes().at(75s);
  EXPECT_EQ(story.did(), Lines{"75.000 request 2"});
}

TEST(Keepalive, RefusesRulesThatContradictEachOther) {
  const StrategyKind& kind = *find_strategy("keepalive");
  const auto keys = [&kind](OptionTexts texts) {
    std::vector<std::string> result;
    for (const OptionError& error : kind.check(options_of(kind, texts), Transport::Tcp)) {
      result.emplace_back(error.key);
    }
    return result;
  };
  using Keys = std::vector<std::string>;
  EXPECT_EQ(keys({{"retries", "1"}}), Keys{});
  EXPECT_EQ(keys({{"retries", "1"}, {"answered", "false"}}), Keys{"retries"});
  EXPECT_EQ(keys({{"retry_interval", "1s"}, {"answered", "false"}}), Keys{"retry_interval"});
  EXPECT_EQ(keys({{"interval", "5s"}, {"jitter", "4999ms"}}), Keys{});
  EXPECT_EQ(keys({{"interval", "5s"}, {"jitter", "5s"}}), Keys{"jitter"});
}

}  // namespace
}  // namespace stayalive
