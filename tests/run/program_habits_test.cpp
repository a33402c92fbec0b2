// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "run/beside.h"
#include "support/scenario_story.h"

// What a program does at the end of a file, whom a UDP server answers, and hosts without a way
// back.
namespace stayalive {
namespace {

// The client asks at 5 s and closes its sending direction at 1 min; the answer is due at 95 s.
ScenarioStory half_closed(const std::string& habit) {
  std::string text = R"({"duration": "3h",
    "path": [{"link": {"delay": "10ms"}}, {"middlebox": {"profile": "linux-conntrack"}}],
    "connections": [{"name": "c", HABIT "traffic": [{"at": "5s", "answer": {"after": "90s"}}]}],
    "events": [{"at": "1m", "shutdown": "c"}]})";
  text.replace(text.find("HABIT"), 5, habit);
  expect_same(text);
  return ScenarioStory(text);
}

TEST(AfterEof, AProgramClosesAtOnceOrAfterItsAnswerOrNever) {
  const ScenarioStory closes = half_closed("");
  EXPECT_EQ(closes.server("c").messages.unsent, 1u);
  EXPECT_TRUE(close_to(closes.server("c").timeline.back().at, at(1min), 100ms));
  const ScenarioStory finishes = half_closed(R"("finishes_after_eof": {"server": true},)");
  EXPECT_EQ(finishes.server("c").messages.delivered, 1u);
  EXPECT_EQ(finishes.server("c").timeline.back().outcome, Outcome::Closed);
  EXPECT_TRUE(close_to(finishes.server("c").timeline.back().at, at(95s), 100ms));
  const ScenarioStory stays = half_closed(R"("stays_after_eof": {"server": true},)");
  EXPECT_EQ(stays.server("c").messages.delivered, 1u);
  // Nobody closes: the router forgets it a minute after its last packet (CLOSE_WAIT of conntrack).
  EXPECT_EQ(stays.server("c").outcome, Outcome::Forgotten);
  EXPECT_TRUE(close_to(stays.server("c").forgotten_at, at(155s), 1s));
}

// The relay: the server tells its first peer news and answers whoever asks.  Linux forgets the
// client after 30 s; late news then take its port at the router, and it asks from another.
ScenarioStory relay(const std::string& habit) {
  std::string text = R"({"duration": "10m", "path": [{"link": {"delay": "10ms"}},
      {"middlebox": {"profile": "linux-conntrack"}}],
    "connections": [{"name": "c", "transport": "udp", HABIT
      "traffic": [{"at": "5s", "every": "100s", "answer": {"after": "50ms"}},
                  {"at": "6s", "from": "server"},
                  {"at": "85s", "every": "100s", "from": "server"}]}]})";
  text.replace(text.find("HABIT"), 5, habit);
  expect_same(text);
  return ScenarioStory(text);
}

TEST(UdpServer, AnswersWhoeverAsksAndTellsItsNewsToTheFirst) {
  const ScenarioStory first = relay(R"("server_follows": false,)");
  EXPECT_EQ(first.client("c").messages.asked, 6u);
  EXPECT_EQ(first.client("c").messages.answered, 1u);
  const ScenarioStory source = relay(R"("server_follows": false, "answers_follow": true,)");
  EXPECT_EQ(source.client("c").messages.answered, 6u);
  // Six answers and the news at 6 s; the later news find nobody.
  EXPECT_EQ(source.server("c").messages.sent, 13u);
  EXPECT_EQ(source.server("c").messages.delivered, 7u);
}

TEST(UdpServer, ThatKnowsItsPeerByAddressThrowsAwayWhatComesFromAnother) {
  const ScenarioStory follows = relay(R"("server_follows": false,)");
  EXPECT_EQ(follows.client("c").messages.delivered, 6u);
  const ScenarioStory discards = relay(R"("server_discards_strangers": true,)");
  EXPECT_EQ(discards.client("c").messages.delivered, 1u) << "that from the first port";
  EXPECT_EQ(discards.client("c").messages.answered, 1u);
  // One answer and all its news, of which those at 6 s find the client.
  EXPECT_EQ(discards.server("c").messages.delivered, 2u);
}

// A keepalive's answer is one, too.
TEST(UdpServer, AnswersAKeepaliveWhereItCameFrom) {
  const auto ended = [](const std::string& habit) {
    const ScenarioStory story(R"({"duration": "10m", "path": [{"link": {"delay": "10ms"}},
        {"middlebox": {"profile": "linux-conntrack"}}],
      "connections": [{"name": "c", "transport": "udp", "server_follows": false, )" +
                              habit + R"(
        "strategy": {"keepalive": {"interval": "100s", "from": "client", "answered": true,
                                   "reset_by": "nothing", "retries": 2}},
        "traffic": [{"at": "85s", "every": "100s", "from": "server"}]}]})");
    return story.client("c").outcome;
  };
  EXPECT_EQ(ended(""), Outcome::Detected);
  EXPECT_EQ(ended(R"("answers_follow": true,)"), Outcome::Forgotten) << "by its first port";
}

// A router that passes on what conntrack holds for invalid lets a private source out.
ScenarioStory leaking(const std::string& outside) {
  return ScenarioStory(R"({"duration": "10m", "private_sources": ")" + outside + R"(",
    "path": [{"link": {"delay": "10ms"}},
      {"middlebox": {"name": "nat", "profile": "linux-conntrack",
                     "netfilter": {"tcp_loose": false}}}],
    "connections": [{"name": "c", "traffic": [{"at": "5s"}, {"at": "2m", "answer": {}}]}],
    "events": [{"at": "1m", "flush": "nat"}]})");
}

TEST(PrivateSources, AHostWithoutARouteBackReadsThemAndCannotAnswer) {
  // Routed: the server answers the stray segment with RST.
  EXPECT_EQ(leaking("routed").client("c").outcome, Outcome::Reset);
  // One-way: it would, too, but has no route; the client goes on repeating itself.
  const ScenarioStory one_way = leaking("one-way");
  EXPECT_EQ(one_way.client("c").outcome, Outcome::Forgotten);
  EXPECT_EQ(leaking("filtered").client("c").outcome, Outcome::Forgotten);
}

// Recorded: a server that has heard of nobody has nobody to wait for.
TEST(UdpServer, WaitsForNoAnswerBeforeItsClientHasCalled) {
  const auto asked = [](const std::string& client_start, const std::string& events) {
    return ScenarioStory(
        R"({"duration": "1m", "path": [{"link": {"name": "line", "delay": "10ms"}}],
      "connections": [{"name": "c", "transport": "udp", "start": ")" +
        client_start + R"(", "strategy": {"keepalive": {"interval": "5s"}},
        "traffic": [{"at": "20s", "from": "server", "answer": {"after": "1s"},
                     "give_up": "3s"}]}])" +
        events + "}");
  };
  // Its client pings from 25 s on, and answers what has waited for it.
  const ScenarioStory late = asked("20s", "");
  EXPECT_EQ(late.server("c").outcome, Outcome::Alive);
  EXPECT_EQ(late.server("c").messages.answered, 1u);
  // Who has heard of it and gets no answer gives up 3 s after it asked, at 25.01 s.
  const ScenarioStory mute =
      asked("20s", R"(, "events": [{"at": "25005ms", "cut": "line", "towards": "internal"}])");
  EXPECT_TRUE(close_to(mute.server("c").noticed_at, at(28s), 100ms));
  const ScenarioStory known = asked("0s", "");
  EXPECT_EQ(known.server("c").messages.answered, 1u);
  const ScenarioStory cut =
      asked("0s", R"(, "events": [{"at": "19s", "cut": "line", "towards": "internal"}])");
  EXPECT_TRUE(close_to(cut.server("c").noticed_at, at(23s), 1ms));
}

}  // namespace
}  // namespace stayalive
