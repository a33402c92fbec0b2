// SPDX-License-Identifier: Apache-2.0
#include "run/expectation.h"

#include <gtest/gtest.h>

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
