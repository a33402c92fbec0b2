// SPDX-License-Identifier: Apache-2.0
// In a steady state an event allocates nothing: of two runs the one that goes on for longer has not
// allocated once more.  Before that, what grows by doubling has to see its worst moment.
#include <gtest/gtest.h>

#include <cstdint>
#include <utility>

#include "base/check.h"
#include "bench/workload.h"
#include "run/run.h"
#include "scenario/parse.h"
#include "support/counted_memory.h"

namespace stayalive {
namespace {

struct Cost {
  std::uint64_t allocations = 0;
  std::uint64_t events = 0;
};

Cost cost_of(Scenario scenario, Duration duration) {
  scenario.duration = duration;
  const std::uint64_t before = test::counted_memory().allocations;
  RunOptions options;
  options.skip = false;
  const std::uint64_t events = run(scenario, options).events;
  return {test::counted_memory().allocations - before, events};
}

void expect_steady(const Scenario& scenario, Duration after, Duration until) {
  const Cost shorter = cost_of(scenario, after);
  const Cost longer = cost_of(scenario, until);
  EXPECT_GT(shorter.allocations, 0u) << "allocations are counted";
  EXPECT_GT(longer.events, shorter.events + 100);
  EXPECT_EQ(longer.allocations, shorter.allocations);
}

Scenario scenario(const char* text) {
  Result<Scenario> parsed = parse_scenario(text, "steady");
  CHECK(parsed.ok(), "the scenario of this test has no mistakes");
  return std::move(parsed).value();
}

TEST(SteadyState, AThousandFlowsThroughANatAllocateNothing) {
  expect_steady(bench::keepalive_workload(1000, 30s, 2h), 1h, 2h);
}

TEST(SteadyState, AnIdleConnectionWithTcpKeepaliveAllocatesNothing) {
  expect_steady(scenario(R"({"duration": "10h", "path": [{"link": {"delay": "10ms"}},
      {"middlebox": {"name": "nat", "profile": "linux-conntrack"}}, {"link": {"delay": "20ms"}}],
     "connections": [{"strategy": {"tcp_keepalive": {"idle": "2m"}}}]})"),
                10h, 20h);
}

TEST(SteadyState, ASessionOfSshWithARequestEachMinuteAllocatesNothing) {
  expect_steady(bench::ssh_workload(), 10h, 20h);
}

}  // namespace
}  // namespace stayalive
