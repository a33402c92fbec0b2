// SPDX-License-Identifier: Apache-2.0
#include "run/expectation.h"

#include <gtest/gtest.h>

#include "support/says.h"
#include "support/scenario_story.h"

namespace stayalive {
namespace {

Scenario one_connection() {
  Scenario scenario;
  scenario.connections.resize(1);
  scenario.connections[0].name = "c";
  return scenario;
}

// The client is alive from 0 s, forgotten at 300 s and reset at 600 s; the server is alive
// throughout.
ConnectionReport report() {
  ConnectionReport connection;
  connection.sides[0].timeline = {{kStart, Outcome::Alive},
                                  {kStart + 300s, Outcome::Forgotten},
                                  {kStart + 600s, Outcome::Reset}};
  connection.sides[0].outcome = Outcome::Reset;
  connection.sides[1].timeline = {{kStart, Outcome::Alive}};
  connection.sides[1].outcome = Outcome::Alive;
  connection.blame.who = "router";
  return connection;
}

bool holds(const ExpectSpec& expect) {
  return check_expectation(one_connection(), expect, report()).holds;
}

TEST(Expectation, WithoutAnInstantTheEndCounts) {
  EXPECT_TRUE(holds({.side = Role::Client, .outcome = Outcome::Reset}));
  EXPECT_FALSE(holds({.side = Role::Client, .outcome = Outcome::Forgotten}));
}

TEST(Expectation, AtAnInstantTheOutcomeThenCounts) {
  EXPECT_TRUE(holds({.side = Role::Client, .outcome = Outcome::Alive, .at = kStart + 300s - 1ns}));
  EXPECT_FALSE(holds({.side = Role::Client, .outcome = Outcome::Alive, .at = kStart + 300s}));
  EXPECT_TRUE(holds({.side = Role::Client, .outcome = Outcome::Forgotten, .at = kStart + 300s}));
}

TEST(Expectation, WithinATolerancePutsTheChangeItselfToTheTest) {
  EXPECT_TRUE(holds({.outcome = Outcome::Forgotten, .at = kStart + 305s, .within = 5s}));
  EXPECT_FALSE(holds({.outcome = Outcome::Forgotten, .at = kStart + 305s, .within = 5s - 1ns}));
  EXPECT_TRUE(holds({.outcome = Outcome::Forgotten, .at = kStart + 295s, .within = 5s}));
  EXPECT_FALSE(holds({.outcome = Outcome::Forgotten, .at = kStart + 400s, .within = 50s}))
      << "it was forgotten then, but did not become so then";
}

TEST(Expectation, AliveMustHoldForBothSidesAndDeathForOne) {
  EXPECT_FALSE(holds({.outcome = Outcome::Alive}));
  EXPECT_TRUE(holds({.outcome = Outcome::Alive, .at = kStart + 10s}));
  EXPECT_TRUE(holds({.outcome = Outcome::Reset}));
  EXPECT_FALSE(holds({.outcome = Outcome::Closed}));
}

TEST(Expectation, TheBlameMustBeTheNamedBox) {
  EXPECT_TRUE(holds({.outcome = Outcome::Reset, .blame = "router"}));
  EXPECT_FALSE(holds({.outcome = Outcome::Reset, .blame = "carrier"}));
}

// A router that forgets after an hour and takes up again whatever the client's next probe tells it.
constexpr const char* kCorpse = R"({"duration": "12h1m",
  "path": [{"middlebox": {"name": "router", "profile": "openwrt",
                          "timeouts": {"tcp.established": "1h"}}}],
  "connections": [{"name": "c", "strategy": {"tcp_keepalive": {"idle": "SPAN"}}}],
  "expect": [{"connection": "c", "is": "alive"}, {"connection": "c", "is": "held"}]})";

TEST(Expectation, ToHaveHeldIsMoreThanToBeAliveAtTheEnd) {
  std::string text = kCorpse;
  text.replace(text.find("SPAN"), 4, "2h");
  const ScenarioStory story(text);
  const std::vector<ExpectationReport>& found = story.report().expectations;
  ASSERT_EQ(found.size(), 2u);
  EXPECT_TRUE(found[0].holds);
  EXPECT_FALSE(found[1].holds);
  EXPECT_EQ(found[1].text, "c held throughout");
  EXPECT_TRUE(says(found[1].found, "client: alive at 0s, forgotten at 1h, alive at 2h"));
}

TEST(Expectation, WhatIsKeptAliveHasHeld) {
  std::string text = kCorpse;
  text.replace(text.find("SPAN"), 4, "59m");
  EXPECT_TRUE(ScenarioStory(text).report().holds());
}

TEST(Expectation, WhatIsLeftUnsentIsTold) {
  const ScenarioStory story(R"({"duration": "10m",
    "connections": [{"name": "c", "close_when_idle": {"server": "60s"},
                     "traffic": [{"at": "1s", "every": "2m"}]}],
    "expect": [{"connection": "c", "is": "held"}]})");
  EXPECT_FALSE(story.report().holds());
  EXPECT_TRUE(
      says(story.report().expectations[0].found,
           "client: alive at 0s, closed at 1m1s, 4 of 5 messages unsent, the first at 2m1s"));
}

TEST(Expectation, OfManyAShareMayHaveHeld) {
  const auto holds_for = [](const std::string& share) {
    return ScenarioStory(R"({"duration": "10m", "late_after": "1s",
      "path": [{"middlebox": {"name": "box", "profile": "linux-conntrack"}}],
      "connections": [{"name": "all", "count": 100, "spread": "2m"}],
      "events": [{"at": "1m", "flush": "box"}],
      "expect": [{"connection": "all", "is": "held", "share": ")" +
                         share + R"("}]})")
        .report()
        .holds();
  };
  EXPECT_TRUE(holds_for("30%"));
  EXPECT_FALSE(holds_for("70%")) << "about half of them had begun when it was emptied";
}

// What is to blame may be a line, a host or an end of the connection.
bool blames(const std::string& event, const std::string& blame) {
  return ScenarioStory(R"({"duration": "1h", "path": [{"link": {"name": "wan", "delay": "10ms"}}],
    "connections": [{"name": "c", "strategy": {"tcp_keepalive": {"idle": "1m", "interval": "10s"}},
                     "traffic": [{"every": "5m"}],
                     "close_when_idle": {"server": "4m"}}],
    "events": [)" + event +
                       R"(],
    "expect": [{"connection": "c", "side": "client", "is": ")" +
                       (event.empty() ? "closed" : "detected") + R"(", "blame": ")" + blame +
                       "\"}]}")
      .report()
      .holds();
}

TEST(Expectation, TheBlameMayBeOfALineAHostOrAnEnd) {
  const std::string cut = R"({"at": "2m", "cut": "wan"})";
  EXPECT_TRUE(blames(cut, "wan"));
  EXPECT_FALSE(blames(cut, "server"));
  const std::string crash = R"({"at": "2m", "crash": "server"})";
  EXPECT_TRUE(blames(crash, "server"));
  EXPECT_FALSE(blames(crash, "wan"));
  EXPECT_TRUE(blames("", "server")) << "its end had closed with messages left to send";
  EXPECT_FALSE(blames("", "client"));
}

TEST(Expectation, AFailureTellsWhatWasFoundInstead) {
  const ExpectSpec expect{.side = Role::Client,
                          .outcome = Outcome::Alive,
                          .blame = "carrier",
                          .pointer = "/expect/0",
                          .line = 12,
                          .column = 5};
  const ExpectationReport result = check_expectation(one_connection(), expect, report());
  EXPECT_EQ(result.text, "c (client side) is alive, blame carrier");
  EXPECT_EQ(result.found, "client: alive at 0s, forgotten at 5m, reset at 10m; blame router");
  EXPECT_EQ(result.pointer, "/expect/0");
  EXPECT_EQ(result.line, 12u);
  EXPECT_EQ(result.column, 5u);
}

}  // namespace
}  // namespace stayalive
