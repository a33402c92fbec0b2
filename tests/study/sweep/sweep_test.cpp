// SPDX-License-Identifier: Apache-2.0
#include "study/sweep/sweep.h"

#include <gtest/gtest.h>

#include <set>

#include "run/run.h"
#include "support/scenario_text.h"
#include "support/sweep_story.h"

namespace stayalive {
namespace {

TEST(Sweep, TheLastAxisVariesFastest) {
  const SweepStory story(kInterval, {"connections.c.strategy.ssh.server_alive_interval=1m,6m",
                                     "path.box.timeouts.tcp.established=2m,5m,10m"});
  const Sweep sweep = story.run();
  ASSERT_EQ(sweep.points.size(), 6u);
  EXPECT_EQ(sweep.place(0), (std::vector<std::size_t>{0, 0}));
  EXPECT_EQ(sweep.place(1), (std::vector<std::size_t>{0, 1}));
  EXPECT_EQ(sweep.place(5), (std::vector<std::size_t>{1, 2}));
  EXPECT_EQ(sweep.stride(0), 3u);
  EXPECT_EQ(sweep.stride(1), 1u);
  std::string held;
  for (const SweepPoint& point : sweep.points) held += point.connections[0].held == 1 ? 'h' : '-';
  EXPECT_EQ(held, "hhh--h");
}

TEST(Sweep, EachPointIsTheScenarioWithItsValues) {
  const Sweep sweep = SweepStory(kInterval, {}).run();
  ASSERT_EQ(sweep.points.size(), 3u) << "the scenario has axes of its own";
  const ConnectionReport alone = run(right(kInterval)).connections[0];
  EXPECT_TRUE(held(alone));
  for (const SweepPoint& point : sweep.points) EXPECT_TRUE(point.done);
  EXPECT_EQ(sweep.points[0].connections[0].cost.packets,
            alone.sides[0].counters.packets_sent + alone.sides[0].counters.packets_received);
  EXPECT_EQ(sweep.points[2].connections[0].blame.who, "box");
}

TEST(Sweep, AnAxisOfTheRequestTakesThePlaceOfTheScenarios) {
  const Sweep sweep =
      SweepStory(kInterval, {"connections.c.strategy.ssh.server_alive_interval=7m"}).run();
  ASSERT_EQ(sweep.axes.size(), 1u);
  EXPECT_EQ(sweep.points.size(), 1u);
}

TEST(Sweep, SeedsAreForPointsThatDependOnChance) {
  SweepStory story(kInterval, {"path.0.loss=0%,20%"});
  story.request.runs = 4;
  const Sweep sweep = story.run();
  for (std::size_t i = 0; i < sweep.points.size(); ++i) {
    EXPECT_EQ(sweep.points[i].runs, sweep.place(i)[1] == 0 ? 1u : 4u);
    EXPECT_EQ(sweep.points[i].connections[0].runs, sweep.points[i].runs);
  }
}

TEST(Sweep, AnotherSeedShiftsAllRuns) {
  SweepStory story(kInterval, {"path.0.loss=20%"});
  story.request.runs = 3;
  story.request.seed = 40;
  const Sweep sweep = story.run();
  Scenario lossy = right(kInterval);
  std::get<LinkConfig>(lossy.path[0]).loss = {20, 100};
  std::uint64_t packets = 0;
  for (const std::uint64_t seed : {40u, 41u, 42u}) {
    const SideCounters counters = run(lossy, {seed, nullptr}).connections[0].sides[0].counters;
    packets += counters.packets_sent + counters.packets_received;
  }
  EXPECT_EQ(sweep.points[0].connections[0].cost.packets, packets);
}

TEST(Sweep, MistakesOfThePointsAreAllFoundBeforeAnythingRuns) {
  const SweepStory story(kInterval, {"path.box.timeouts.tcp.established=5m,soon,6m,later"});
  const std::string text = story.mistakes();
  EXPECT_TRUE(says(text, "soon"));
  EXPECT_TRUE(says(text, "later"));
}

TEST(Sweep, OnlyTheFirstPointsMistakesAreTold) {
  const SweepStory story(kInterval, {"path.box.timeouts.tcp.established=a,b,c,d,e,f,g"});
  const std::string text = story.mistakes();
  EXPECT_TRUE(says(text, "\"c\""));
  EXPECT_EQ(text.find("\"d\""), std::string::npos) << text;
}

TEST(Sweep, WithoutAxesThereIsNothingToVary) {
  EXPECT_TRUE(says(SweepStory(scenario_with(""), {}).mistakes(), "--axis"));
}

TEST(Sweep, AnAxisIsGivenOnce) {
  EXPECT_TRUE(says(SweepStory(kInterval, {"seed=1,2", "seed=3"}).mistakes(), "given twice"));
}

TEST(Sweep, TheGridHasALimit) {
  const std::vector<std::string> most{"seed=1..1000/1", "path.0.delay=1ms..100ms/1ms",
                                      "connections.c.strategy.ssh.server_alive_interval=1m"};
  std::vector<std::string> more = most;
  more[1] = "path.0.delay=1ms..101ms/1ms";
  EXPECT_TRUE(says(SweepStory(kInterval, more).mistakes(), "100000"));
}

TEST(Sweep, TheNumberOfThreadsChangesNothing) {
  SweepStory story(kInterval, {"path.0.loss=0%,10%,20%"});
  story.request.runs = 5;
  const Sweep one = story.run(1);
  const Sweep four = story.run(4);
  ASSERT_EQ(one.points.size(), four.points.size());
  for (std::size_t i = 0; i < one.points.size(); ++i) {
    EXPECT_EQ(one.points[i].connections[0].held, four.points[i].connections[0].held);
    EXPECT_EQ(one.points[i].connections[0].cost.bytes, four.points[i].connections[0].cost.bytes);
    EXPECT_EQ(one.points[i].connections[0].died.total_ms,
              four.points[i].connections[0].died.total_ms);
  }
}

TEST(Sweep, AStopLeavesWholePointsOnlyAndGoingOnRunsTheOthersOnly) {
  SweepStory story(kInterval, {"path.0.loss=10%"});
  story.request.runs = 5;
  Sweep sweep = story.plan();
  std::stop_source stop;
  JobOptions options;
  options.threads = 1;
  options.stop = stop.get_token();
  options.finished = [&stop](std::size_t point, std::size_t done) {
    EXPECT_EQ(point, 0u);
    EXPECT_EQ(done, 1u);
    stop.request_stop();
  };
  EXPECT_TRUE(run_sweep(story.document(), story.request, sweep, options).empty());
  EXPECT_EQ(sweep.done(), 1u);
  EXPECT_TRUE(sweep.points[1].connections.empty());

  std::set<std::size_t> rest;
  options.stop = {};
  options.finished = [&rest](std::size_t point, std::size_t) { rest.insert(point); };
  EXPECT_TRUE(run_sweep(story.document(), story.request, sweep, options).empty());
  EXPECT_EQ(rest, (std::set<std::size_t>{1, 2}));
  EXPECT_EQ(sweep.done(), 3u);
}

}  // namespace
}  // namespace stayalive
