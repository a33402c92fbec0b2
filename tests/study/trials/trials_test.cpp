// SPDX-License-Identifier: Apache-2.0
#include "study/trials/trials.h"

#include <gtest/gtest.h>

#include "run/run.h"
#include "support/scenario_text.h"

namespace stayalive {
namespace {

// One keepalive is lost now and then, and two of them in a row are the end.
constexpr const char* kLossy = R"({"seed": 7, "duration": "2h",
  "path": [{"link": {"delay": "10ms", "loss": "10%"}},
           {"middlebox": {"name": "box", "profile": "linux-conntrack",
                          "timeouts": {"udp.single": "70s",
                                                                          "udp.stream": "70s"}}}],
  "connections": [{"name": "c", "transport": "udp",
    "strategy": {"keepalive": {"interval": "30s", "answered": false}}}]})";

TEST(Trials, RunTheSeedsThatFollowTheScenariosOwn) {
  const Scenario scenario = right(kLossy);
  std::uint64_t alive = 0;
  for (std::uint64_t seed = 7; seed < 17; ++seed) {
    alive += held(run(scenario, {seed, nullptr}).connections[0]) ? 1U : 0U;
  }
  const std::vector<Tally> tallies = run_trials(scenario, 10);
  ASSERT_EQ(tallies.size(), 1u);
  EXPECT_EQ(tallies[0].runs, 10u);
  EXPECT_EQ(tallies[0].held, alive);
  EXPECT_GT(alive, 0u);
  EXPECT_LT(alive, 10u);
}

TEST(Trials, TheNumberOfThreadsChangesNothing) {
  const Scenario scenario = right(kLossy);
  JobOptions one;
  one.threads = 1;
  JobOptions four;
  four.threads = 4;
  const Tally alone = run_trials(scenario, 12, one)[0];
  const Tally together = run_trials(scenario, 12, four)[0];
  EXPECT_EQ(alone.held, together.held);
  EXPECT_EQ(alone.blame.at, together.blame.at);
  EXPECT_EQ(alone.died.total_ms, together.died.total_ms);
  EXPECT_EQ(alone.cost.packets, together.cost.packets);
}

TEST(Trials, AStopLeavesTheTrialsThatWereRun) {
  std::stop_source stop;
  JobOptions options;
  options.threads = 1;
  options.stop = stop.get_token();
  options.finished = [&stop](std::size_t, std::size_t done) {
    if (done == 3) stop.request_stop();
  };
  EXPECT_EQ(run_trials(right(kLossy), 10, options)[0].runs, 3u);
}

}  // namespace
}  // namespace stayalive
