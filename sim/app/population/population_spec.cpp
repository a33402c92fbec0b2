// SPDX-License-Identifier: Apache-2.0
#include "app/population/population_spec.h"

#include <algorithm>

#include "base/random.h"

namespace stayalive {

std::vector<TimePoint> draw_starts(const PopulationSpec& population, TimePoint start,
                                   const std::string& connection, std::uint64_t seed) {
  Random random(seed, connection, "starts");
  std::vector<TimePoint> starts(population.count);
  for (TimePoint& at : starts) at = later(start, random.up_to(population.spread));
  std::sort(starts.begin(), starts.end());
  return starts;
}

}  // namespace stayalive
