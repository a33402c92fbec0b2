// SPDX-License-Identifier: Apache-2.0
#include "run/held.h"

#include <gtest/gtest.h>

#include "support/scenario_story.h"

namespace stayalive {
namespace {

// A connection both sides of which became these outcomes, the first at the start.
ConnectionReport became(std::vector<Transition> client, std::vector<Transition> server) {
  ConnectionReport report;
  report.sides[0].timeline = std::move(client);
  report.sides[1].timeline = std::move(server);
  return report;
}

TEST(Held, OnlyWhatNeverDiedOnEitherSideHasHeld) {
  EXPECT_TRUE(held(became({{kStart, Outcome::Alive}}, {{kStart, Outcome::Alive}})));
  for (const Outcome harmless : {Outcome::Remapped, Outcome::Closed}) {
    EXPECT_TRUE(held(became({{at(1s), Outcome::Alive}, {at(5s), harmless}}, {})));
  }
  for (const Outcome death :
       {Outcome::Forgotten, Outcome::Detected, Outcome::Reset, Outcome::Refused}) {
    EXPECT_FALSE(held(became({{at(1s), Outcome::Alive}, {at(5s), death}}, {})));
    EXPECT_FALSE(held(became({}, {{at(1s), Outcome::Alive}, {at(5s), death}})));
  }
}

TEST(Held, WhatABoxForgotForAnInstantHasNotHeldThoughAClientMayMoveByItself) {
  ConnectionReport moved = became({{at(1s), Outcome::Alive}, {at(5s), Outcome::Remapped}}, {});
  EXPECT_TRUE(held(moved));
  moved.sides[0].blame.kind = FaultKind::Flow;
  EXPECT_FALSE(held(moved));
}

TEST(Held, WhatCameToLifeAgainHasNotHeld) {
  EXPECT_FALSE(held(became(
      {{kStart, Outcome::Alive}, {at(5s), Outcome::Forgotten}, {at(9s), Outcome::Alive}}, {})));
}

TEST(Held, WhatNeverWasToBeginHasHeld) { EXPECT_TRUE(held(became({}, {}))); }

constexpr const char* kProxied = R"({"duration": "10m",
  "path": [{"proxy": {"name": "balancer", "idle_timeout": "60s"}}],
  "connections": [
    {"name": "closed-by-its-program"},
    {"name": "closed-by-the-proxy"}],
  "events": [{"at": "30s", "close": "closed-by-its-program"}]})";

TEST(Held, WhatAProxyClosesForWantOfTrafficHasNotHeldThoughItEndsInOrder) {
  const ScenarioStory story(kProxied);
  EXPECT_EQ(story.client("closed-by-its-program").outcome, Outcome::Closed);
  EXPECT_TRUE(held(story.connection("closed-by-its-program")));
  EXPECT_EQ(story.client("closed-by-the-proxy").outcome, Outcome::Closed);
  EXPECT_FALSE(held(story.connection("closed-by-the-proxy")));
}

// A server that closes after a minute without use; a client with a request every 61 seconds.
constexpr const char* kReused = R"({"duration": "1h",
  "path": [{"link": {"delay": "15ms"}}],
  "connections": [{"name": "reuse", "close_when_idle": {"server": "60s"},
    "traffic": [{"at": "1s", "every": "61s", "answer": {"after": "80ms"}, "give_up": "30s"}]}]})";

TEST(Held, WhatIsClosedInOrderBeforeAllIsSentHasNotHeld) {
  const ScenarioStory story(kReused);
  const ConnectionReport& reuse = story.connection("reuse");
  EXPECT_EQ(reuse.outcome, Outcome::Closed);
  EXPECT_EQ(reuse.sides[0].messages.unsent, 58u);
  EXPECT_FALSE(held(reuse));
  EXPECT_EQ(first_loss(reuse), at(62s)) << "when the second request was due";
  EXPECT_EQ(reuse.blame.kind, FaultKind::None) << "nothing was broken";
  const Blame blame = blame_for_loss(reuse);
  EXPECT_EQ(blame.kind, FaultKind::Peer);
  EXPECT_EQ(blame.who, "server");
  // 1.015 s: the request, 1.095 s: the answer.
  EXPECT_EQ(blame.at, at(61095ms));
}

TEST(Held, WhatIsClosedInOrderWhenAllIsSentHas) {
  std::string enough = kReused;
  enough.replace(enough.find("\"61s\""), 5, R"("61s", "until": "62s")");
  const ScenarioStory story(enough);
  EXPECT_EQ(story.connection("reuse").outcome, Outcome::Closed);
  EXPECT_TRUE(held(story.connection("reuse")));
  EXPECT_EQ(blame_for_loss(story.connection("reuse")).kind, FaultKind::None);
}

TEST(Held, AnEndThatClosesItsSendingDirectionTooEarlyHasNotHeldEither) {
  const ScenarioStory story(R"({"duration": "30m", "connections": [{"name": "c",
    "finishes_after_eof": {"server": true},
    "traffic": [{"at": "5m"}, {"at": "20m", "from": "server"}]}],
    "events": [{"at": "4m", "shutdown": "c"}]})");
  EXPECT_EQ(story.server("c").messages.delivered, 1u) << "the other direction is open still";
  EXPECT_EQ(first_loss(story.connection("c")), at(5min));
  EXPECT_EQ(blame_for_loss(story.connection("c")).who, "client");
}

TEST(Held, OfMembersOnlyThoseHaveThatSentEverything) {
  // Each writes 0 s, 61 s ... after it began; the server closes after a minute without use.
  const std::string members = R"({"duration": "10m",
    "connections": [{"name": "all", "count": 5, "close_when_idle": {"server": "60s"},
                     "traffic": [{"at": "1s", "every": "SPAN"}]}]})";
  const auto fell = [&members](const std::string& span) {
    std::string text = members;
    text.replace(text.find("SPAN"), 4, span);
    return ScenarioStory(text).connection("all").population->fell;
  };
  EXPECT_EQ(fell("59s"), 0u);
  EXPECT_EQ(fell("61s"), 5u);
}

}  // namespace
}  // namespace stayalive
