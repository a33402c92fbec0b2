// SPDX-License-Identifier: Apache-2.0
// What an event costs in the queue of the simulation: so many events wait, and each that comes due
// is followed by another one about 25 s later.
#include <benchmark/benchmark.h>

#include <cstdint>

#include "base/random.h"
#include "engine/deadline_queue.h"

namespace stayalive::bench {
namespace {

void hold(benchmark::State& state) {
  DeadlineQueue<std::uint64_t> queue;
  Random random(1, "queue", "bench");
  const auto waiting = static_cast<std::uint64_t>(state.range(0));
  for (std::uint64_t i = 0; i < waiting; ++i) queue.push(kStart + random.up_to(25s), i);
  for (auto _ : state) {
    const auto entry = queue.pop_until(kNever);
    queue.push(entry->at + 25s + random.up_to(1s), entry->item);
  }
}
BENCHMARK(hold)->Name("deadline-queue")->Arg(1'000)->Arg(100'000)->Arg(1'000'000);

}  // namespace
}  // namespace stayalive::bench
