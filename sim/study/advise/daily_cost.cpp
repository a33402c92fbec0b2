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
// Where cycles differ: so many of them, but not more than ten days.
constexpr std::int64_t kExactCycles = 4000;
constexpr std::int64_t kMostDays = 10;

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
  const Duration most = std::clamp<Duration>(kExactCycles * rhythm.cycle, kDay, kMostDays * kDay);
  if (!rhythm.repeats) {
    return {rhythm.beat, later(rhythm.beat, std::max(most, kFewestCycles * rhythm.cycle))};
  }
  // One day may have more or less of what happens seldom than another.
  const std::int64_t cycles = (most + rhythm.cycle - 1ns) / rhythm.cycle;
  return {rhythm.beat, later(rhythm.beat, cycles * rhythm.cycle)};
}

}  // namespace

Cost find_daily_cost(const Scenario& scenario, std::size_t connection, Duration interval,
                     const std::stop_token& stop) {
  const Rhythm rhythm = find_rhythm(scenario, connection, interval, false, stop);
  Cost cost;
  if (!rhythm.lives) return cost;
  Scenario tried = without_events(scenario);
  const bool lossy = has_chance_on_lines(tried);
  const Stretch stretch = stretch_of(rhythm, lossy);
  for (std::uint64_t n = 0; n < (lossy ? kLossySeeds : 1); ++n) {
    const auto count_until = [&](TimePoint end) {
      tried.duration = end - kStart;
      const ConnectionReport report =
          run(tried, {.seed = tried.seed + n, .stop = stop}).connections[connection];
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
