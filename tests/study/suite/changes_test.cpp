// SPDX-License-Identifier: Apache-2.0
#include "study/suite/changes.h"

#include <gtest/gtest.h>

#include <functional>

namespace stayalive {
namespace {

ConnectionReport dead(const std::string& name = "c") {
  ConnectionReport connection;
  connection.name = name;
  connection.outcome = Outcome::Forgotten;
  connection.blame.kind = FaultKind::Flow;
  connection.blame.who = "box";
  connection.blame.timer = "tcp.established";
  connection.blame.timeout = 5min;
  for (SideReport& side : connection.sides) {
    side.outcome = Outcome::Forgotten;
    side.forgotten_at = kStart + 5min;
  }
  return connection;
}

RunReport run_of(const std::string& file, std::vector<ConnectionReport> connections) {
  RunReport report;
  report.file = file;
  report.connections = std::move(connections);
  return report;
}

Suite suite_of(const std::vector<RunReport>& reports) {
  Suite suite;
  for (const RunReport& report : reports) suite.items.push_back({report.file, {}, report});
  return suite;
}

TEST(Changes, AnInstantMayMoveByASecondAndNotMore) {
  ConnectionReport now = dead();
  now.sides[0].forgotten_at = kStart + 5min + 1s;
  EXPECT_FALSE(changed(dead(), now));
  now.sides[0].forgotten_at = kStart + 5min - 1s;
  EXPECT_FALSE(changed(dead(), now));
  now.sides[0].forgotten_at = kStart + 5min + 1s + 1ns;
  EXPECT_TRUE(changed(dead(), now));
  now.sides[0].forgotten_at = kStart + 5min - 1s - 1ns;
  EXPECT_TRUE(changed(dead(), now));
}

TEST(Changes, AScenarioThatCanNoLongerBeRunIsAChangeAndOneThatNeverCouldIsNone) {
  Suite now = suite_of({run_of("kept.json", {dead()})});
  now.items.push_back({"broken.json", {Diagnostic{}}, std::nullopt});
  now.items.push_back({"never.json", {Diagnostic{}}, std::nullopt});
  now.items.push_back({"stopped.json", {}, std::nullopt});
  const Changes changes = compare({run_of("kept.json", {dead()}), run_of("broken.json", {dead()}),
                                   run_of("stopped.json", {dead()})},
                                  now);
  ASSERT_EQ(changes.scenarios.size(), 1u);
  EXPECT_EQ(changes.scenarios[0].file, "broken.json");
  EXPECT_TRUE(changes.scenarios[0].wrong);
  EXPECT_FALSE(changes.scenarios[0].holds.has_value());
}

TEST(Changes, WhatAUserWouldNoticeIsAChange) {
  const std::vector<std::function<void(ConnectionReport&)>> edits{
      [](ConnectionReport& c) { c.outcome = Outcome::Detected; },
      [](ConnectionReport& c) { c.sides[1].outcome = Outcome::Reset; },
      [](ConnectionReport& c) { c.sides[1].outcome.reset(); },
      [](ConnectionReport& c) { c.sides[0].noticed_at = kStart + 6min; },
      [](ConnectionReport& c) { c.sides[1].forgotten_at.reset(); },
      [](ConnectionReport& c) { c.blame.who = "other-box"; },
      [](ConnectionReport& c) { c.blame.kind = FaultKind::Link; },
      [](ConnectionReport& c) { c.blame.timer = "tcp.closing"; },
      [](ConnectionReport& c) { c.blame.timeout = 4min; },
      [](ConnectionReport& c) { c.blame.event = FlowEvent::Evicted; },
  };
  for (std::size_t i = 0; i < edits.size(); ++i) {
    ConnectionReport now = dead();
    edits[i](now);
    EXPECT_TRUE(changed(dead(), now)) << "edit " << i;
    EXPECT_TRUE(changed(now, dead())) << "edit " << i;
  }
}

TEST(Changes, WhatOnlyTheBooksKnowIsNone) {
  ConnectionReport now = dead();
  now.sides[0].counters.packets_sent = 99;
  now.sides[0].blackhole = 3s;
  now.blame.at = kStart + 6min;
  EXPECT_FALSE(changed(dead(), now));
}

TEST(Changes, NewAndVanishedConnectionsAreNamed) {
  const Changes changes = compare({run_of("a.json", {dead("old"), dead("same")})},
                                  suite_of({run_of("a.json", {dead("same"), dead("new")})}));
  ASSERT_EQ(changes.scenarios.size(), 1u);
  const std::vector<ConnectionChange>& connections = changes.scenarios[0].connections;
  ASSERT_EQ(connections.size(), 2u);
  EXPECT_EQ(connections[0].name, "new");
  EXPECT_FALSE(connections[0].was);
  EXPECT_EQ(connections[1].name, "old");
  EXPECT_FALSE(connections[1].now);
}

TEST(Changes, NewAndVanishedScenariosAreNamedInOrder) {
  const Changes changes = compare({run_of("b.json", {}), run_of("same.json", {})},
                                  suite_of({run_of("a.json", {}), run_of("same.json", {})}));
  EXPECT_EQ(changes.compared, 1u);
  ASSERT_EQ(changes.scenarios.size(), 2u);
  EXPECT_EQ(changes.scenarios[0].file, "a.json");
  EXPECT_FALSE(changes.scenarios[0].held);
  EXPECT_EQ(changes.scenarios[1].file, "b.json");
  EXPECT_FALSE(changes.scenarios[1].holds);
}

TEST(Changes, AVerdictThatTurnsIsAChangeEvenOfEqualConnections) {
  RunReport now = run_of("a.json", {dead()});
  now.expectations.emplace_back();
  const Changes changes = compare({run_of("a.json", {dead()})}, suite_of({now}));
  ASSERT_EQ(changes.scenarios.size(), 1u);
  EXPECT_EQ(changes.scenarios[0].held, true);
  EXPECT_EQ(changes.scenarios[0].holds, false);
}

TEST(Changes, AFileSeenFromAnotherFolderIsFoundByItsName) {
  const Changes moved = compare({run_of("/old/x/a.json", {}), run_of("./b.json", {})},
                                suite_of({run_of("b.json", {}), run_of("new/a.json", {})}));
  EXPECT_EQ(moved.compared, 2u);
  EXPECT_TRUE(moved.scenarios.empty());
  // Two files of one name could be either.
  const Changes unclear =
      compare({run_of("x/a.json", {}), run_of("y/a.json", {})}, suite_of({run_of("z/a.json", {})}));
  EXPECT_EQ(unclear.compared, 0u);
  EXPECT_EQ(unclear.scenarios.size(), 3u);
}

TEST(Changes, WhatCannotBeReadNowHasChangedAndNotVanished) {
  Suite now;
  now.items.push_back({"a.json", {{"a.json", 1, 1, "", "broken", "", ""}}, std::nullopt});
  const Changes changes = compare({run_of("a.json", {})}, now);
  EXPECT_EQ(changes.compared, 0u);
  ASSERT_EQ(changes.scenarios.size(), 1u);
  EXPECT_TRUE(changes.scenarios[0].wrong);
  EXPECT_EQ(changes.scenarios[0].file, "a.json");
  // One that was not there before is a mistake, and no change.
  const Changes other = compare({run_of("b.json", {})}, now);
  ASSERT_EQ(other.scenarios.size(), 1u);
  EXPECT_EQ(other.scenarios[0].file, "b.json");
  EXPECT_FALSE(other.scenarios[0].wrong);
}

}  // namespace
}  // namespace stayalive
