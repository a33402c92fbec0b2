// SPDX-License-Identifier: Apache-2.0
#include "study/trials/tally.h"

#include <gtest/gtest.h>

#include "support/scenario_story.h"

namespace stayalive {
namespace {

// A connection both sides of which went through these outcomes, the first at the start.
ConnectionReport went_through(std::vector<Transition> client, std::vector<Transition> server) {
  ConnectionReport report;
  report.name = "c";
  report.sides[0].timeline = std::move(client);
  report.sides[1].timeline = std::move(server);
  for (SideReport& side : report.sides) {
    if (!side.timeline.empty()) side.outcome = side.timeline.back().outcome;
  }
  return report;
}

ConnectionReport lived() {
  return went_through({{kStart, Outcome::Alive}}, {{kStart, Outcome::Alive}});
}

TEST(SpanStatistics, KeepsTheEndsAndTheMean) {
  SpanStatistics spans;
  EXPECT_EQ(spans.mean(), 0s);
  spans.add(1s);
  spans.add(4s);
  spans.add(2s);
  EXPECT_EQ(spans.count, 3u);
  EXPECT_EQ(spans.least, 1s);
  EXPECT_EQ(spans.most, 4s);
  EXPECT_EQ(spans.mean(), 2333ms);
}

TEST(Cost, IsBroughtToOneDayAndRounded) {
  Cost cost;
  cost.time = 12h;
  EXPECT_EQ(cost.per_day(100), 200u);
  cost.time = 7 * 24h;
  EXPECT_EQ(cost.per_day(10), 1u);  // 1.43
  EXPECT_EQ(cost.per_day(11), 2u);  // 1.57
  cost.time = 0s;
  EXPECT_EQ(cost.per_day(10), 0u);
}

TEST(Tally, CountsWhatHeldAndWhenTheOthersDied) {
  Tally tally;
  tally.add(lived(), 1h, 4);
  ConnectionReport early = went_through({{kStart, Outcome::Alive}, {at(5min), Outcome::Forgotten}},
                                        {{kStart, Outcome::Alive}});
  early.sides[0].forgotten_at = at(5min);
  early.sides[0].blackhole = 55min;
  early.blame.who = "first";
  tally.add(early, 1h, 5);
  ConnectionReport late = went_through(
      {{kStart, Outcome::Alive}, {at(9min), Outcome::Forgotten}, {at(10min), Outcome::Detected}},
      {{kStart, Outcome::Alive}, {at(9min), Outcome::Forgotten}, {at(20min), Outcome::Reset}});
  for (SideReport& side : late.sides) side.forgotten_at = at(9min);
  late.sides[0].noticed_at = at(10min);
  late.sides[1].noticed_at = at(20min);
  late.sides[1].blackhole = 11min;
  late.blame.who = "second";
  tally.add(late, 1h, 6);

  EXPECT_EQ(tally.name, "c");
  EXPECT_EQ(tally.runs, 3u);
  EXPECT_EQ(tally.held, 1u);
  EXPECT_EQ(tally.died.count, 2u);
  EXPECT_EQ(tally.died.least, 5min);
  EXPECT_EQ(tally.died.most, 9min);
  EXPECT_EQ(tally.blackhole.most, 55min);
  EXPECT_EQ(tally.blackhole.least, 11min);
  EXPECT_EQ(tally.blame.who, "first");
  EXPECT_EQ(tally.failed_seed, 5u);
  EXPECT_EQ(tally.noticed[0].count, 1u);
  EXPECT_EQ(tally.noticed[0].mean(), 1min);
  EXPECT_EQ(tally.noticed[1].mean(), 11min);
  EXPECT_EQ(tally.unaware[0], 1u);
  EXPECT_EQ(tally.unaware[1], 0u);
  const auto& client = tally.outcomes[0];
  EXPECT_EQ(client[static_cast<std::size_t>(Outcome::Alive)], 1u);
  EXPECT_EQ(client[static_cast<std::size_t>(Outcome::Forgotten)], 1u);
  EXPECT_EQ(client[static_cast<std::size_t>(Outcome::Detected)], 1u);
  EXPECT_EQ(tally.cost.time, 3h);
  EXPECT_EQ(tally.longest_run, 1h);
}

ClosestCall call_that_left(Duration left, TimePoint when) {
  ClosestCall call;
  call.left = left;
  call.at = when;
  return call;
}

TEST(Tally, KeepsTheLeastMarginOfTheRunsThatHeldAndTheFirstOfEquals) {
  Tally tally;
  tally.add(lived(), 1h, 1);
  EXPECT_FALSE(tally.closest_call);
  ConnectionReport report = lived();
  report.closest_call = call_that_left(3s, at(1min));
  tally.add(report, 1h, 2);
  report.closest_call = call_that_left(2s, at(2min));
  tally.add(report, 1h, 3);
  report.closest_call = call_that_left(2s, at(3min));
  tally.add(report, 1h, 4);
  ConnectionReport died =
      went_through({{kStart, Outcome::Alive}, {at(5min), Outcome::Forgotten}}, {});
  died.sides[0].times_forgotten = 1;
  died.closest_call = call_that_left(1s, at(4min));
  tally.add(died, 1h, 5);
  ASSERT_TRUE(tally.closest_call);
  EXPECT_EQ(tally.closest_call->left, 2s);
  EXPECT_EQ(tally.closest_call->at, at(2min));
}

TEST(Tally, CountsTheCostAtTheClientsLineAndTheKeepalivesOfBothEnds) {
  const ScenarioStory story(R"({"duration": "1h",
    "connections": [{"name": "c", "strategy": {"ssh": {"server_alive_interval": "1m"}}}]})");
  Tally tally;
  tally.add(story.connection("c"), 1h, 1);
  const SideCounters& client = story.client("c").counters;
  EXPECT_EQ(tally.strategy, "ssh");
  EXPECT_FALSE(tally.failed_seed) << "it held";
  EXPECT_EQ(tally.cost.packets, client.packets_sent + client.packets_received);
  EXPECT_EQ(tally.cost.bytes, client.bytes_sent + client.bytes_received);
  EXPECT_EQ(tally.cost.keepalives, 60u);
  EXPECT_EQ(tally.cost.per_day(tally.cost.keepalives), 60u * 24);
  EXPECT_EQ(tally.cost.wakeups, client.wakeups);
}

TEST(Tally, AMemberThatGaveUpHasNotHeld) {
  const ScenarioStory story(R"({"duration": "1h", "path": [{"link": {"name": "line"}}],
    "connections": [{"name": "c", "count": 4,
                     "strategy": {"ssh": {"server_alive_interval": "1m"}}}],
    "events": [{"cut": "line", "at": "10m"}]})");
  Tally tally;
  tally.add(story.connection("c"), 1h, 9);
  EXPECT_EQ(tally.runs, 4u);
  EXPECT_EQ(tally.held, 0u);
  EXPECT_EQ(tally.failed_seed, 9u);
  EXPECT_EQ(tally.blame.who, "line");
}

TEST(Tally, NoticingIsCountedFromWhatBrokeAConnectionThatNobodyForgot) {
  ConnectionReport report =
      went_through({{kStart, Outcome::Alive}, {at(7min), Outcome::Detected}}, {});
  report.sides[0].noticed_at = at(7min);
  report.sides[0].blame.kind = FaultKind::Link;
  report.sides[0].blame.at = at(5min);
  Tally tally;
  tally.add(report, 1h, 1);
  EXPECT_EQ(tally.noticed[0].mean(), 2min);
  // Whoever gives up what nothing had broken has noticed nothing.
  report.sides[0].blame.kind = FaultKind::None;
  tally.add(report, 1h, 2);
  EXPECT_EQ(tally.noticed[0].count, 1u);
  EXPECT_EQ(tally.held, 0u);
}

}  // namespace
}  // namespace stayalive
