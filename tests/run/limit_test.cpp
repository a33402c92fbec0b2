// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <stop_token>
#include <string>
#include <vector>

#include "run/limit_watch.h"
#include "run/run.h"
#include "scenario/parse.h"
#include "support/says.h"

namespace stayalive {
namespace {

Scenario scenario_of(const std::string& text) {
  const Result<Scenario> scenario = parse_scenario(text, "limits");
  EXPECT_TRUE(scenario.ok()) << to_string(scenario.errors().front());
  return scenario.value();
}

constexpr const char* kMessages = R"({"duration": "1h",
    "path": [{"link": {"delay": "10ms"}}],
    "connections": [{"transport": "udp", "traffic": [{"at": "1s", "every": "1s"}]}]})";

RunReport part_of(const Scenario& scenario, bool skip) {
  RunOptions options;
  options.skip = skip;
  return run(scenario, options);
}

TEST(RunLimits, ARunThatHasTakenWhatItMayIsEnded) {
  Scenario scenario = scenario_of(kMessages);
  const std::uint64_t all = part_of(scenario, false).events;
  scenario.limits.events = all + 1;
  EXPECT_FALSE(part_of(scenario, false).early_end);
  scenario.limits.events = all;
  EXPECT_TRUE(part_of(scenario, false).early_end);
  scenario.limits.events = all - 1;
  const RunReport part = part_of(scenario, false);
  ASSERT_TRUE(part.early_end);
  EXPECT_EQ(part.early_end->reason, EndReason::EventLimit);
  EXPECT_EQ(part.early_end->limit, "--max-events " + std::to_string(all - 1));
  EXPECT_EQ(part.events, all - 1);
  EXPECT_LT(part.duration, 1h);
  EXPECT_EQ(part.planned, 1h);
}

TEST(RunLimits, APartIsWhatTheWholeWasUntilThen) {
  Scenario scenario = scenario_of(kMessages);
  scenario.limits.events = 1001;
  const RunReport part = part_of(scenario, false);
  // Every second somebody writes, and 10 ms later somebody reads.
  EXPECT_EQ(part.connections[0].sides[0].messages.sent, 500u);
  EXPECT_EQ(part.connections[0].sides[0].messages.delivered, 500u);
  EXPECT_EQ(part.connections[0].sides[0].messages.lost, 0u);
}

TEST(RunLimits, WhatIsPassedOverDoesNotCount) {
  Scenario scenario = scenario_of(kMessages);
  scenario.limits.events = 1001;
  const RunReport whole = part_of(scenario, true);
  EXPECT_FALSE(whole.early_end);
  EXPECT_GT(whole.events, 7000u);
  scenario.limits.events = 20;
  EXPECT_TRUE(part_of(scenario, true).early_end);
}

TEST(RunLimits, WhoeverAskedForThemIsToldOfARunThatHasReachedOne) {
  Scenario scenario = scenario_of(kMessages);
  std::vector<std::string> told;
  scenario.limits.reached = [&told](const EarlyEnd& early) { told.push_back(early.limit); };
  scenario.limits.events = 20;
  run(scenario);
  EXPECT_EQ(told, std::vector<std::string>{"--max-events 20"});
  scenario.limits.events = 1'000'000;
  run(scenario);
  std::stop_source stop;
  stop.request_stop();
  run(scenario, {.stop = stop.get_token()});
  EXPECT_EQ(told.size(), 1u) << "a run that was stopped has reached none";
}

// What has come true by the end is not taken back because a copy takes too long.
TEST(RunLimits, AnExpectationOfCopiesThatReachALimitStaysOpen) {
  const std::string text = R"({"duration": "10m", "path": [{"link": {"delay": "10ms"}}],
      "connections": [{"name": "c", "strategy": {"ssh": {"server_alive_interval": "10s"}}}],
      "expect": [{"connection": "c", "is": "held"},
                 {"connection": "c", "survives": {"lost_keepalives": 1}},
                 {"connection": "c", "is": "alive"}]})";
  Scenario scenario = scenario_of(text);
  const RunReport whole = part_of(scenario, true);
  ASSERT_FALSE(whole.early_end);
  EXPECT_TRUE(whole.expectations[1].decided && whole.expectations[1].holds);
  std::uint64_t fewest = 1;  // events that the run itself takes
  RunReport part;
  for (;; ++fewest) {
    scenario.limits.events = fewest;
    part = part_of(scenario, true);
    if (part.expectations[0].decided) break;
    ASSERT_TRUE(part.early_end);
  }
  ASSERT_TRUE(part.early_end) << "copies take more than the run itself";
  EXPECT_EQ(part.early_end->limit, "--max-events " + std::to_string(fewest));
  ASSERT_EQ(part.expectations.size(), 3u);
  EXPECT_EQ(part.duration, Duration{10min});
  EXPECT_TRUE(part.expectations[0].holds);
  EXPECT_FALSE(part.expectations[1].decided);
  EXPECT_EQ(part.expectations[1].text, whole.expectations[1].text);
  EXPECT_TRUE(part.expectations[2].decided && part.expectations[2].holds);
  EXPECT_FALSE(part.holds());
  EXPECT_FALSE(part.fails());
}

// A line so slow that everything waits before it.
TEST(RunLimits, ARunThatHoldsTooMuchEnds) {
  Scenario scenario = scenario_of(R"({"duration": "1h",
      "path": [{"link": {"rate": "80bps"}}],
      "connections": [{"transport": "udp",
                       "traffic": [{"every": "20ms", "bytes": 1000}]}]})");
  scenario.limits.memory = 2 << 20;
  const RunReport part = part_of(scenario, true);
  ASSERT_TRUE(part.early_end);
  EXPECT_EQ(part.early_end->reason, EndReason::MemoryLimit);
  EXPECT_EQ(part.early_end->limit, "--max-memory 2MiB");
  EXPECT_EQ(part_of(scenario, true).events, part.events) << "every time at the same event";
  scenario.limits.memory = std::uint64_t{1} << 30;
  EXPECT_FALSE(part_of(scenario, true).early_end);
}

class Keeper final : public TraceSink {
 public:
  void record(const TraceRecord&, const std::string&) override { ++kept_; }
  std::size_t held_bytes() const override { return kept_ * 100; }

 private:
  std::size_t kept_ = 0;
};

TEST(RunLimits, WhatAListenerKeepsCounts) {
  Scenario scenario = scenario_of(R"({"duration": "20h", "connections": [{"transport": "udp",
                                      "traffic": [{"at": "1s", "every": "1s"}]}]})");
  scenario.limits.memory = 4 << 20;
  RunOptions options;
  options.skip = false;
  EXPECT_FALSE(run(scenario, options).early_end);
  Keeper keeper;
  options.trace = &keeper;
  const RunReport part = run(scenario, options);
  ASSERT_TRUE(part.early_end);
  EXPECT_EQ(part.early_end->reason, EndReason::MemoryLimit);
}

TEST(LimitWatch, LooksMoreSeldomTheMoreThereIsToCount) {
  int counted = 0;
  LimitWatch watch({1'000'000, 100}, {},
                   [&] {
                     ++counted;
                     return LimitWatch::Held{counted == 3 ? 101u : 100u, 200'000};
                   },
                   {});
  std::uint64_t ran = 0;
  std::uint64_t allowed = watch.allow(0);
  for (; allowed > 0; allowed = watch.allow(allowed)) ran += allowed;
  EXPECT_EQ(counted, 3);
  EXPECT_EQ(ran, 400'000u) << "100 bytes may be held";
  ASSERT_TRUE(watch.end());
  EXPECT_EQ(watch.end()->reason, EndReason::MemoryLimit);
  EXPECT_EQ(watch.allow(0), 0u) << "it is over for good";
}

}  // namespace
}  // namespace stayalive
