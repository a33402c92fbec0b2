// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "run/beside.h"
#include "support/scenario_story.h"

// A program that writes back what it reads, as it comes.
namespace stayalive {
namespace {

// 14 kB in each direction take half a second.
ScenarioStory echo(const std::string& traffic, const std::string& more = "") {
  const std::string text = R"({"duration": "5m",
    "path": [{"link": {"name": "line", "delay": "10ms", "rate": "240kbps"}},
             {"middlebox": {"profile": "linux-conntrack"}}],
    "connections": [{"name": "c", "traffic": [)" +
                           traffic + "]}]" + more + "}";
  expect_same(text);
  return ScenarioStory(text);
}

TEST(Echo, ComesBackWhileTheMessageIsStillOnItsWay) {
  const std::string message = R"({"at": "5s", "bytes": 14000, "give_up": "GIVE", "answer": )";
  const auto within = [&](const std::string& give_up, const std::string& answer) {
    std::string text = message + answer + "}";
    return ScenarioStory(echo(text.replace(text.find("GIVE"), 4, give_up)));
  };
  const std::string whole = R"({"bytes": 14000})";
  const std::string pieces = R"({"echo": true})";
  EXPECT_EQ(within("900ms", whole).client("c").messages.answered, 0u);
  EXPECT_EQ(within("1300ms", whole).client("c").messages.answered, 1u);
  EXPECT_EQ(within("450ms", pieces).client("c").messages.answered, 0u);
  EXPECT_EQ(within("850ms", pieces).client("c").messages.answered, 1u);
}

TEST(Echo, InPiecesIsOneAnswer) {
  const ScenarioStory story = echo(R"({"at": "5s", "bytes": 14000, "answer": {"echo": true}},
                                      {"at": "60s", "bytes": 1, "answer": {"echo": true}},
                                      {"at": "61s", "bytes": 700},
                                      {"at": "62s", "bytes": 3000, "answer": {"bytes": 5}})");
  EXPECT_EQ(story.client("c").messages.asked, 3u);
  EXPECT_EQ(story.client("c").messages.answered, 3u);
  EXPECT_EQ(story.client("c").messages.delivered, 4u);
  EXPECT_EQ(story.server("c").messages.sent, 3u);
  EXPECT_EQ(story.server("c").messages.delivered, 3u);
}

TEST(Echo, OfHalfAMessageIsNoAnswer) {
  // Cut when the first ten segments are on their way, for good or for 10 s.
  const std::string message = R"({"at": "5s", "bytes": 29000, "answer": {"echo": true}})";
  const std::string cut = R"(, "events": [{"at": "5300ms", "cut": "line")";
  const ScenarioStory lost = echo(message, cut + "}]");
  EXPECT_EQ(lost.client("c").messages.answered, 0u);
  EXPECT_EQ(lost.server("c").messages.sent, 0u) << "its last byte has not come";
  const ScenarioStory healed = echo(message, cut + R"(, "for": "10s"}])");
  EXPECT_EQ(healed.client("c").messages.answered, 1u);
  EXPECT_EQ(healed.server("c").messages.sent, 1u);
}

TEST(Echo, GoesOnWhereItStoppedWhenItsProgramReadsAgain) {
  const std::string message = R"({"at": "5s", "bytes": 14000, "answer": {"echo": true}},
                                 {"at": "7s", "bytes": 10, "answer": {"echo": true}})";
  for (const std::string stop : {"hang", "stop_reading"}) {
    const ScenarioStory story = echo(message, R"(, "events": [{"at": "5001ms", ")" + stop +
                                                  R"(": "c", "side": "server", "for": "10s"}])");
    EXPECT_EQ(story.client("c").messages.answered, 2u) << stop;
    EXPECT_EQ(story.server("c").messages.delivered, 2u) << stop;
  }
}

TEST(Echo, IsWrittenByEitherEndAndBeforeItCloses) {
  const ScenarioStory story =
      echo(R"({"at": "5s", "from": "server", "bytes": 14000, "answer": {"echo": true}})",
           R"(, "events": [{"at": "5100ms", "shutdown": "c", "side": "server"}])");
  EXPECT_EQ(story.server("c").messages.answered, 1u);
  EXPECT_EQ(story.client("c").outcome, Outcome::Closed);
}

TEST(Echo, OfAConnectionThatWaitsToBeAcceptedFollowsAtOnce) {
  const ScenarioStory story(R"({"duration": "1m",
    "path": [{"link": {"delay": "10ms", "rate": "240kbps"}}],
    "servers": {"pool": {"workers": 1}},
    "connections": [
      {"name": "first", "server": "pool", "close_when_idle": {"client": "3500ms"},
       "traffic": [{"at": "1s", "bytes": 100, "answer": {"echo": true}}]},
      {"name": "second", "server": "pool", "start": "500ms",
       "traffic": [{"at": "2s", "bytes": 14000, "answer": {"echo": true}},
                   {"at": "4s", "bytes": 14000, "answer": {"echo": true}}]}]})");
  for (const char* name : {"first", "second"}) {
    EXPECT_EQ(story.client(name).messages.answered, story.client(name).messages.asked) << name;
    EXPECT_GT(story.client(name).messages.asked, 0u) << name;
  }
}

TEST(Echo, OfADatagramHasItsSize) {
  const ScenarioStory story(R"({"duration": "1m", "path": [{"link": {"delay": "10ms"}}],
    "connections": [{"name": "c", "transport": "udp",
      "traffic": [{"every": "5s", "bytes": 700, "answer": {"echo": true}}]}]})");
  EXPECT_EQ(story.client("c").messages.answered, 11u);
  EXPECT_EQ(story.server("c").messages.delivered, 11u);
}

TEST(Echo, RepeatsItselfInASteadyState) {
  const Beside day = expect_same(R"({"duration": "36h",
    "path": [{"link": {"delay": "60ms", "rate": "1Mbps"}}],
    "connections": [{"name": "c", "traffic": [{"every": "7s", "bytes": 5000,
                                              "answer": {"echo": true}}]}]})");
  EXPECT_GT(day.skipped, day.events / 2);
}

}  // namespace
}  // namespace stayalive
