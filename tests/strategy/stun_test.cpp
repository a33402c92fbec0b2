// SPDX-License-Identifier: Apache-2.0
#include "strategy/stun.h"

#include <gtest/gtest.h>

#include "support/strategy_pair.h"
#include "support/strategy_story.h"

namespace stayalive {
namespace {

StrategyStory stun_client(OptionTexts texts) {
  return StrategyStory(make_strategy("stun", Role::Client, Transport::Udp, texts));
}

// RFC 8445 section 11: Tr is 15 s, and a keepalive is an indication.
TEST(Stun, SendsAnIndicationEveryFifteenSecondsUnlessToldOtherwise) {
  StrategyStory story = stun_client({});
  story.at(1s).opens().just_before(16s);
  EXPECT_EQ(story.did(), Lines{});
  story.at(16s);
  EXPECT_EQ(story.did(), Lines{"16.000 ping 20"});
  EXPECT_EQ(story.next(), 31s);
}

TEST(Stun, AnyMessageSentPutsAnIndicationOffAndAnyReceivedDoesNot) {
  StrategyStory story = stun_client({});
  story.at(0s).opens().at(10s).writes();
  EXPECT_EQ(story.next(), 25s);
  story.at(12s).hears(MessageKind::Application);
  EXPECT_EQ(story.next(), 25s);
  StrategyStory metronome = stun_client({{"reset_by", "nothing"}});
  metronome.at(0s).opens().at(10s).writes();
  EXPECT_EQ(metronome.next(), 15s);
}

// RFC 8489 section 6.2.1: with an RTO of 500 ms at 0, 500, 1500, 3500, 7500, 15500 and 31500 ms,
// and at 39500 ms the transaction has failed.
TEST(Stun, RepeatsARequestAsTheRfcSaysAndThenTheFlowHasFailed) {
  StrategyStory story = stun_client({{"message_class", "request"}, {"on_failure", "close"}});
  story.at(0s).opens().just_before(15s + 39500ms);
  EXPECT_EQ(story.did(), (Lines{"15.000 request 20", "15.500 request 20", "16.500 request 20",
                                "18.500 request 20", "22.500 request 20", "30.500 request 20",
                                "46.500 request 20"}));
  story.at(15s + 39500ms);
  EXPECT_EQ(story.did(), Lines{"54.500 gives up, 1: 7 Binding requests went unanswered"});
  EXPECT_TRUE(story.never_wakes());
}

TEST(Stun, RtoRcAndRmDecideWhenTheFlowHasFailed) {
  StrategyStory story =
      stun_client({{"message_class", "request"}, {"rto", "2s"}, {"rc", "1"}, {"rm", "3"}});
  story.at(0s).opens().just_before(21s);
  EXPECT_EQ(story.did(), Lines{"15.000 request 20"});
  story.at(21s);
  EXPECT_EQ(story.did(), Lines{"21.000 reconnects after 1s: 1 Binding requests went unanswered"});
}

TEST(Stun, AnAnswerAtTheVeryLastInstantBeforeTheFailureSavesTheFlow) {
  StrategyStory story = stun_client({{"message_class", "request"}, {"interval", "1m"}});
  story.at(0s).opens().just_before(60s + 39500ms).hears(MessageKind::Reply);
  EXPECT_EQ(story.next(), 120s);
  EXPECT_EQ(story.did().size(), 7U);
}

TEST(Stun, ARequestThatComesDueWhileOneIsUnderWayIsSentOnceThatIsAnswered) {
  StrategyStory story = stun_client({{"message_class", "request"}});
  story.at(0s).opens().at(40s);
  EXPECT_EQ(story.did().size(), 6U);
  story.hears(MessageKind::Reply).at(40s);
  EXPECT_EQ(story.did(), Lines{"40.000 request 20"});
  EXPECT_EQ(story.next(), 40500ms);
}

TEST(Stun, AnAnswerThatNobodyWaitsForIsIgnored) {
  StrategyStory story = stun_client({{"message_class", "request"}});
  story.at(0s).opens().at(5s).hears(MessageKind::Reply, 7).at(15s).hears(MessageKind::Reply, 1);
  EXPECT_EQ(story.did(), Lines{"15.000 request 20"});
  EXPECT_EQ(story.next(), 30s);
}

// RFC 5626 section 4.4.2: another XOR-MAPPED-ADDRESS is a failure of the flow.
TEST(Stun, AnotherMappedAddressIsAFailureOrIsOnlyNoted) {
  StrategyStory strict = stun_client({{"message_class", "request"}});
  strict.at(0s).opens().at(15s).hears(MessageKind::Reply, 0).at(30s).hears(MessageKind::Reply, 1);
  EXPECT_EQ(strict.did().back(), "30.000 reconnects after 1s: the mapped address has changed");

  StrategyStory calm = stun_client({{"message_class", "request"}, {"new_mapping_fails", "false"}});
  calm.at(0s).opens().at(15s).hears(MessageKind::Reply, 0).at(30s).hears(MessageKind::Reply, 1);
  EXPECT_EQ(calm.did().back(), "30.000 says: The mapped address has changed");
  calm.at(45s).hears(MessageKind::Reply, 1);
  EXPECT_EQ(calm.did(), Lines{"45.000 request 20"});
  EXPECT_EQ(calm.next(), 60s);
}

TEST(Stun, AnswersGoToWhereTheirRequestCameFromAndTellAnotherMapping) {
  StrategyStory server(
      make_strategy("stun", Role::Server, Transport::Udp, {{"message_class", "request"}}));
  server.at(0s).opens().hears(MessageKind::Request);
  EXPECT_EQ(server.did(), Lines{"0.000 reply 32"});
  server.at(9s).hears(MessageKind::Request, 0, true);
  EXPECT_EQ(server.did(), (Lines{"9.000 adopts source", "9.000 reply 32"}));
  server.at(10s).hears(MessageKind::Ping);
  EXPECT_EQ(server.did(), Lines{});
  EXPECT_TRUE(server.never_wakes());
}

TEST(Stun, AClientNoticesThatItsMappingIsAnotherOne) {
  StrategyPair pair(
      make_strategy("stun", Role::Client, Transport::Udp, {{"message_class", "request"}}),
      make_strategy("stun", Role::Server, Transport::Udp, {{"message_class", "request"}}), 40ms);
  pair.open(Role::Client);
  pair.run_until(40s);
  EXPECT_EQ(pair.did(Role::Client), (Lines{"15.000 request 20", "30.000 request 20"}));
  pair.move_client();
  pair.run_until(46s);
  EXPECT_EQ(
      pair.did(Role::Client),
      (Lines{"45.000 request 20", "45.080 reconnects after 1s: the mapped address has changed"}));
}

// RFC 5626 section 4.4.1: SIP outbound over UDP, between 24 and 29 s.
TEST(Stun, OfSipOutboundComesBetween24And29Seconds) {
  StrategyStory story = stun_client({{"interval", "29s"},
                                     {"jitter", "5s"},
                                     {"message_class", "request"},
                                     {"reset_by", "nothing"}});
  story.at(0s).opens();
  Duration before{};
  Duration shortest = 29s;
  Duration longest{};
  for (int i = 0; i < 200; ++i) {
    const Duration wait = story.next() - before;
    shortest = std::min(shortest, wait);
    longest = std::max(longest, wait);
    before = story.next();
    story.at(before).hears(MessageKind::Reply);
  }
  EXPECT_GE(shortest, 24s);
  EXPECT_LT(shortest, 24500ms);
  EXPECT_LE(longest, 29s);
  EXPECT_GT(longest, 28500ms);
}

TEST(Stun, JitterHasToBeShorterThanTheInterval) {
  const auto mistakes = [](OptionTexts texts) {
    return kStun.check(options_of(kStun, texts), Transport::Udp).size();
  };
  EXPECT_EQ(mistakes({{"interval", "5s"}, {"jitter", "4999ms"}}), 0U);
  EXPECT_EQ(mistakes({{"interval", "5s"}, {"jitter", "5s"}}), 1U);
}

TEST(Stun, OnlyIndicationsNeedNoProgramOfTheirOwn) {
  EXPECT_TRUE(kStun.compact.reasons_against(options_of(kStun, {})).empty());
  EXPECT_EQ(kStun.compact.reasons_against(options_of(kStun, {{"message_class", "request"}})),
            Lines{"stun repeats a request that goes unanswered"});
}

}  // namespace
}  // namespace stayalive
