// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "strategy/keepalive/keepalive.h"
#include "support/strategy_pair.h"
#include "support/strategy_story.h"

// The cadences that products have, each on both sides of its edges.
namespace stayalive {
namespace {

StrategyStory end_with(Role role, OptionTexts texts, Transport transport = Transport::Tcp) {
  return StrategyStory(make_strategy("keepalive", role, transport, texts));
}

// RabbitMQ with a heartbeat of 6 s: looks every 3 s.
const OptionTexts kRabbit{{"interval", "3s"},   {"look_every", "3s"}, {"answered", "false"},
                          {"bytes", "8"},       {"from", "both"},     {"give_up_after", "12s"},
                          {"check_every", "6s"}};

TEST(Cadence, WhoLooksOnAGridSendsAtEachLookWhereNothingElseWasSent) {
  // Recorded with RabbitMQ 3.10.8, T=6: heartbeats 3.0 s apart.
  StrategyStory story = end_with(Role::Client, kRabbit);
  story.at(500ms).opens().just_before(3500ms);
  EXPECT_EQ(story.did(), Lines{});
  story.at(6500ms);
  EXPECT_EQ(story.did(), (Lines{"3.500 ping 8", "6.500 ping 8"}))
      << "a heartbeat of its own makes it pass over no look";
}

TEST(Cadence, ALookIsPassedOverWhereSomethingWasSentSinceTheLastOne) {
  StrategyStory story = end_with(Role::Client, kRabbit);
  story.at(0s).opens().at(3s + 1ns).writes().at(6s);
  EXPECT_EQ(story.did(), Lines{"3.000 ping 8"}) << "sent just after the look at 3 s";
  EXPECT_EQ(story.next(), 9s);
  story.at(9s).hears(MessageKind::Application).at(12s);
  EXPECT_EQ(story.did(), (Lines{"9.000 ping 8", "12.000 ping 8"}))
      << "what is received puts nothing off";
}

TEST(Cadence, AReceiverThatLooksTwiceGivesUpBetweenTwoAndThreePeriods) {
  // Looks every 6 s and counts the second one without anything new.
  StrategyStory early = end_with(Role::Server, kRabbit);
  early.at(0s).opens().at(6s).hears(MessageKind::Ping).just_before(18s);
  EXPECT_EQ(early.did().back().find("gives up"), std::string::npos);
  early.at(18s);
  EXPECT_EQ(early.did().back(), "18.000 gives up, 1: nothing received for 12s") << "2 T";
  StrategyStory late = end_with(Role::Server, kRabbit);
  late.at(0s).opens().at(6s + 1ns).hears(MessageKind::Ping).just_before(24s);
  EXPECT_EQ(late.did().back().find("gives up"), std::string::npos);
  late.at(24s);
  EXPECT_EQ(late.did().back(), "24.000 gives up, 1: nothing received for 12s") << "nearly 3 T";
}

TEST(Cadence, APollMakesAPingUpToOnePollLate) {
  // A keep-alive of 60 s and a program that polls every 60 s: something was sent just after a poll.
  StrategyStory coarse = end_with(Role::Client, {{"interval", "60s"}, {"look_every", "60s"}});
  coarse.at(0s).opens().at(1ns).writes().just_before(120s);
  EXPECT_EQ(coarse.did(), Lines{});
  coarse.at(120s);
  EXPECT_EQ(coarse.did(), Lines{"120.000 request 2"});
  // Polling every third of it: at most four thirds.
  StrategyStory fine = end_with(Role::Client, {{"interval", "60s"}, {"look_every", "20s"}});
  fine.at(0s).opens().at(1ns).writes().just_before(80s);
  EXPECT_EQ(fine.did(), Lines{});
  fine.at(80s);
  EXPECT_EQ(fine.did(), Lines{"80.000 request 2"});
  StrategyStory exact = end_with(Role::Client, {{"interval", "60s"}, {"look_every", "20s"}});
  exact.at(0s).opens().just_before(60s);
  EXPECT_EQ(exact.did(), Lines{});
  exact.at(60s);
  EXPECT_EQ(exact.did(), Lines{"60.000 request 2"}) << "due at the very look";
}

TEST(Cadence, AFixedGridThatItsOwnAnswerSuppressesPingsAtHalfThePace) {
  // Every 30 s, unless something came within the last 30 s: the answer always did.
  const OptionTexts texts{{"interval", "30s"}, {"look_every", "30s"}, {"reset_by", "received"}};
  StrategyStory story = end_with(Role::Client, texts);
  story.at(0s).opens().at(30s + 40ms).hears(MessageKind::Reply).at(90s).at(90s + 40ms);
  story.hears(MessageKind::Reply).at(150s);
  EXPECT_EQ(story.did(), (Lines{"30.000 request 2", "90.000 request 2", "150.000 request 2"}));
  StrategyStory unanswered = end_with(Role::Client, texts);
  unanswered.at(0s).opens().at(90s);
  EXPECT_EQ(unanswered.did().size(), 3U) << "30, 60 and 90 s";
}

TEST(Cadence, TheFirstLookMayComeSoonerThanTheOthers) {
  StrategyStory story =
      end_with(Role::Client, {{"interval", "10s"}, {"look_every", "5s"}, {"look_phase", "2s"}});
  story.at(0s).opens().just_before(12s);
  EXPECT_EQ(story.did(), Lines{});
  story.at(12s);
  EXPECT_EQ(story.did(), Lines{"12.000 request 2"});
  EXPECT_EQ(story.next(), 22s);
}

// IKEv2 of strongSwan: 4 s, each further wait 1.8 times as long, five repetitions.
const OptionTexts kIke{{"interval", "30s"},
                       {"reset_by", "received"},
                       {"retries", "6"},
                       {"retry_interval", "4s"},
                       {"retry_growth", "180"}};

TEST(Cadence, RetriesBackOffAndEndAfterTheLastWait) {
  StrategyStory story = end_with(Role::Client, kIke, Transport::Udp);
  story.at(0s).opens().just_before(30s + 165061120us);
  EXPECT_EQ(story.did(), (Lines{"30.000 request 2", "34.000 request 2", "41.200 request 2",
                                "54.160 request 2", "77.488 request 2", "119.478 request 2"}));
  story.at(30s + 165061120us);
  const Lines end = story.did();
  ASSERT_EQ(end.size(), 1U);
  EXPECT_TRUE(end[0].find("gives up, 1: 6 pings went unanswered") != std::string::npos)
      << end[0] << ": 165.06 s after the first, as strongswan.conf(5) says";
}

TEST(Cadence, AnAnswerTakesTheBackOffBack) {
  StrategyStory story = end_with(Role::Client, kIke, Transport::Udp);
  story.at(0s).opens().at(60s).hears(MessageKind::Reply).at(90s);
  EXPECT_EQ(story.did().back(), "90.000 request 2");
  EXPECT_EQ(story.next(), 94s);
}

TEST(Cadence, AWaitOfRetriesHasALimit) {
  StrategyStory story = end_with(Role::Client, {{"interval", "10s"},
                                                {"retry_interval", "1s"},
                                                {"retry_growth", "200"},
                                                {"retry_most", "3s"}});
  story.at(0s).opens().at(19s);
  EXPECT_EQ(story.did(), (Lines{"10.000 request 2", "11.000 request 2", "13.000 request 2",
                                "16.000 request 2", "19.000 request 2"}));
}

TEST(Cadence, RetriesMayHaveALimitOfTimeInsteadOfNumber) {
  // Libreswan: 500 ms, doubling, for 60 s.
  const OptionTexts texts{{"interval", "30s"},
                          {"retry_interval", "500ms"},
                          {"retry_growth", "200"},
                          {"retry_for", "60s"}};
  StrategyStory story = end_with(Role::Client, texts);
  story.at(0s).opens().just_before(90s);
  EXPECT_EQ(story.did().size(), 7U) << "at 0, 0.5, 1.5, 3.5, 7.5, 15.5 and 31.5 s";
  story.at(90s);
  EXPECT_EQ(story.did(), Lines{"90.000 gives up, 1: no answer within 1m"});
  StrategyStory answered = end_with(Role::Client, texts);
  answered.at(0s).opens().just_before(90s).hears(MessageKind::Reply).at(91s);
  for (const std::string& line : answered.did()) {
    EXPECT_EQ(line.find("gives up"), std::string::npos) << line;
  }
}

TEST(Cadence, EachEndMayHaveAnIntervalAndALimitOfItsOwn) {
  const OptionTexts texts{{"interval", "10s"},       {"from", "both"},
                          {"server_interval", "4s"}, {"answered", "false"},
                          {"give_up_after", "15s"},  {"server_give_up_after", "30s"}};
  StrategyStory client = end_with(Role::Client, texts);
  client.at(0s).opens().just_before(15s);
  EXPECT_EQ(client.did(), Lines{"10.000 ping 2"});
  client.at(15s);
  EXPECT_EQ(client.did(), Lines{"15.000 gives up, 1: nothing received for 15s"});
  StrategyStory server = end_with(Role::Server, texts);
  server.at(0s).opens().at(8s);
  EXPECT_EQ(server.did(), (Lines{"4.000 ping 2", "8.000 ping 2"}));
  server.just_before(30s);
  server.did();
  server.at(30s);
  EXPECT_EQ(server.did().back(), "30.000 gives up, 1: nothing received for 30s");
  StrategyStory same = end_with(Role::Server, {{"interval", "10s"}, {"from", "both"}});
  same.at(0s).opens();
  EXPECT_EQ(same.next(), 10s) << "0s is the interval of both";
}

TEST(Cadence, DetectionMayStartOnlyWithUse) {
  const OptionTexts texts{
      {"interval", "5s"}, {"only_after_data", "true"}, {"retries", "2"}, {"retry_interval", "3s"}};
  StrategyStory idle = end_with(Role::Client, texts, Transport::Udp);
  EXPECT_TRUE(idle.at(0s).opens().never_wakes()) << "who says nothing asks nothing";
  StrategyStory used = end_with(Role::Client, texts, Transport::Udp);
  used.at(0s).opens().at(100s).writes().at(103s).writes().just_before(105s);
  EXPECT_EQ(used.did(), Lines{});
  used.at(105s);
  EXPECT_EQ(used.did(), Lines{"105.000 request 2"}) << "counted from the first data";
  used.at(111s);
  EXPECT_EQ(used.did(),
            (Lines{"108.000 request 2", "111.000 gives up, 1: 2 pings went unanswered"}));
  StrategyStory answered = end_with(Role::Client, texts, Transport::Udp);
  answered.at(0s).opens().at(100s).writes().just_before(105s).hears(MessageKind::Application);
  EXPECT_TRUE(answered.never_wakes()) << "what was received answers it";
}

TEST(Cadence, SilenceCountsWhatThePeerSendsOrWhatEitherEndDoes) {
  const auto dead_at = [](const char* ends_by) {
    StrategyStory story = end_with(
        Role::Client, {{"from", "server"}, {"give_up_after", "10s"}, {"silence_ends_by", ends_by}});
    story.at(0s).opens().at(4s).hears(MessageKind::Application).at(6s).writes().at(9s).writes();
    return story.next();
  };
  EXPECT_EQ(dead_at("received"), 14s);
  EXPECT_EQ(dead_at("both"), 19s);
  EXPECT_EQ(dead_at("first-sent"), 16s) << "only the first after something received";
}

TEST(Cadence, ContradictionsAreRefused) {
  const auto wrong = [](OptionTexts texts) {
    const StrategyKind& kind = *find_strategy("keepalive");
    const auto errors = kind.check(options_of(kind, texts), Transport::Tcp);
    return errors.empty() ? std::string("none") : std::string(errors.front().key);
  };
  EXPECT_EQ(wrong({{"retry_growth", "180"}}), "retry_growth");
  EXPECT_EQ(wrong({{"retry_growth", "180"}, {"retry_interval", "4s"}}), "none");
  EXPECT_EQ(wrong({{"retry_most", "9s"}}), "retry_most");
  EXPECT_EQ(wrong({{"retry_for", "9s"}, {"answered", "false"}}), "retry_for");
  EXPECT_EQ(wrong({{"look_phase", "9s"}}), "look_phase");
  EXPECT_EQ(wrong({{"only_after_data", "true"}, {"answered", "false"}}), "only_after_data");
  EXPECT_EQ(wrong({{"only_after_data", "true"}, {"look_every", "1s"}}), "only_after_data");
  EXPECT_EQ(wrong({{"jitter", "5s"}, {"server_interval", "5s"}}), "jitter");
  EXPECT_EQ(wrong({{"check_every", "5s"}, {"server_give_up_after", "9s"}}), "none");
}

}  // namespace
}  // namespace stayalive
