// SPDX-License-Identifier: Apache-2.0
// What whole runs cost: exchanges (a keepalive and its answer, five hops' worth of events) in a
// second, events in a second, the bytes of a flow with everything that belongs to it, on all nodes,
// and how often memory was allocated, opening included (tests/memory: never in a steady state).
// Every event is run, but for where the name ends in "skipping".
#include <benchmark/benchmark.h>

#include "bench/workload.h"
#include "support/counted_memory.h"

namespace stayalive::bench {
namespace {

void count(benchmark::State& state, const Scenario& scenario, std::int64_t flows, Steps steps) {
  Work work;
  std::int64_t bytes = 0;
  const std::uint64_t allocations = test::counted_memory().allocations;
  for (auto _ : state) {
    test::begin_peak();
    const std::int64_t before = test::counted_memory().live;
    const Work done = work_of(scenario, steps);
    work.exchanges += done.exchanges;
    work.events += done.events;
    bytes = test::counted_memory().peak - before;
  }
  const auto rate = [](std::uint64_t count) {
    return benchmark::Counter(static_cast<double>(count), benchmark::Counter::kIsRate);
  };
  state.counters["exchanges"] = rate(work.exchanges);
  state.counters["events"] = rate(work.events);
  state.counters["bytes_per_flow"] = static_cast<double>(bytes) / static_cast<double>(flows);
  state.counters["allocations_per_event"] =
      static_cast<double>(test::counted_memory().allocations - allocations) /
      static_cast<double>(work.events);
}

void keepalives(benchmark::State& state, Duration interval, Steps steps) {
  const auto flows = static_cast<std::uint32_t>(state.range(0));
  count(state, keepalive_workload(flows, interval, state.range(1) * Duration{1s}), flows, steps);
}
BENCHMARK_CAPTURE(keepalives, every_30s, 30s, Steps::All)
    ->Name("KA")
    ->Args({1'000, 36'000})
    ->Args({100'000, 3'600})
    ->Args({1'000'000, 3'600})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(keepalives, every_30s_skipping, 30s, Steps::Skipping)
    ->Name("KA-skipping")
    ->Args({1'000, 36'000})
    ->Args({10'000, 36'000})
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(keepalives, every_90s, 90s, Steps::All)
    ->Name("KA-expire")
    ->Args({1'000, 36'000})
    ->Args({100'000, 3'600})
    ->Unit(benchmark::kMillisecond);

void ka_tcp(benchmark::State& state) {
  const auto flows = static_cast<std::uint32_t>(state.range(0));
  count(state, tcp_keepalive_workload(flows, 30s, state.range(1) * Duration{1s}), flows,
        Steps::All);
}
BENCHMARK(ka_tcp)
    ->Name("KA-tcp")
    ->Args({1'000, 36'000})
    ->Args({100'000, 360})
    ->Args({100'000, 1440})
    ->Unit(benchmark::kMillisecond);

void ssh(benchmark::State& state, Steps steps) { count(state, ssh_workload(), 1, steps); }
BENCHMARK_CAPTURE(ssh, all, Steps::All)->Name("SSH-30d")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(ssh, skipping, Steps::Skipping)
    ->Name("SSH-30d-skipping")
    ->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace stayalive::bench
