// SPDX-License-Identifier: Apache-2.0
#include "study/advise/daily_cost.h"

#include <algorithm>

#include "run/rehearsal/rhythm.h"
#include "run/run.h"
#include "study/trials/chance.h"

namespace stayalive {
namespace {

constexpr Duration kDay = 24h;
constexpr std::uint64_t kLossySeeds = 4;
constexpr std::int64_t kLossyCycles = 2000;
constexpr std::int64_t kFewestCycles = 8;

struct Stretch {
  TimePoint from;
  TimePoint until;
};

Stretch stretch_of(const Rhythm& rhythm, bool lossy) {
  if (rhythm.cycle == Duration::zero()) return {rhythm.beat, later(rhythm.beat, kDay)};
  if (lossy) {
    const Duration most = kLossyCycles * rhythm.cycle;
    const Duration span = std::max(std::min(most, kDay), kFewestCycles * rhythm.cycle);
    return {rhythm.beat, later(rhythm.beat, span)};
  }
  if (!rhythm.repeats) {
    return {rhythm.beat, later(rhythm.beat, std::max(kDay, kFewestCycles * rhythm.cycle))};
  }
  const std::int64_t cycles = (kDay + rhythm.cycle - 1ns) / rhythm.cycle;
  return {rhythm.beat, later(rhythm.beat, cycles * rhythm.cycle)};
}

}  // namespace

Cost find_daily_cost(const Scenario& scenario, std::size_t connection, Duration interval) {
  const Rhythm rhythm = find_rhythm(scenario, connection, interval);
  Cost cost;
  if (!rhythm.lives) return cost;
  Scenario tried = without_events(scenario);
  const bool lossy = has_chance_on_lines(tried);
  const Stretch stretch = stretch_of(rhythm, lossy);
  for (std::uint64_t n = 0; n < (lossy ? kLossySeeds : 1); ++n) {
    const auto count_until = [&](TimePoint end) {
      tried.duration = end - kStart;
      const ConnectionReport report = run(tried, {tried.seed + n, nullptr}).connections[connection];
      Tally tally;
      tally.add(report, tried.duration, tried.seed);
      return tally;
    };
    const Tally whole = count_until(stretch.until);
    if (whole.held == 0) continue;
    cost += whole.cost - count_until(stretch.from).cost;
  }
  return cost;
}

}  // namespace stayalive
