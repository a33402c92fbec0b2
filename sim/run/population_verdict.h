// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "run/report.h"
#include "run/world.h"

namespace stayalive {

// Sums up what became of the members of a compact population after the run.  connection: its
// position in the scenario.
ConnectionReport judge_population(const Scenario& scenario, const World& world,
                                  std::size_t connection);

// What the reports of all populations have in common, however their members were played:

// The first, those at 10, 50 and 90 %, and the last of values in order, of which there are some.
template <class T>
std::array<T, 5> spread_of(const std::vector<T>& values) {
  const std::size_t last = values.size() - 1;
  return {values.front(), values[last / 10], values[last / 2], values[last - last / 10],
          values.back()};
}
// The deadliest first; among equals in an order that does not depend on who died first.
void sort_causes(std::vector<PopulationReport::Cause>& causes);
// total_ms: all spans together, each rounded down.  Zero where nobody has begun.
Duration mean_blackhole(std::int64_t total_ms, std::uint64_t started);
// The report of the connection that stands for them.  counters: of all members together, by Role.
ConnectionReport report_as_one(const Scenario& scenario, std::size_t connection,
                               PopulationReport population,
                               const std::array<SideCounters, 2>& counters);

}  // namespace stayalive
