// SPDX-License-Identifier: Apache-2.0
#include "scenario/scenario.h"

#include <utility>

namespace stayalive {

void Scenario::insert_hop(std::size_t at, Hop hop) {
  path.insert(path.begin() + static_cast<std::ptrdiff_t>(at), std::move(hop));
  for (AlternativesSpec& group : alternatives) {
    for (AlternativesSpec::Way& way : group.ways) {
      if (way.first >= at) ++way.first;
      if (way.target && *way.target >= at) ++*way.target;
    }
  }
}

std::optional<WayPlace> way_of(const Scenario& scenario, std::size_t hop) {
  for (std::size_t group = 0; group < scenario.alternatives.size(); ++group) {
    const AlternativesSpec& its = scenario.alternatives[group];
    for (std::size_t way = 0; way < its.ways.size(); ++way) {
      if (hop >= its.ways[way].first && hop < its.ways[way].end()) return WayPlace{group, way};
    }
  }
  return std::nullopt;
}

bool lies_beyond(const Scenario& scenario, std::size_t inner, std::size_t outer) {
  if (outer <= inner) return false;
  const std::optional<WayPlace> a = way_of(scenario, inner);
  const std::optional<WayPlace> b = way_of(scenario, outer);
  return !a || !b || a->group != b->group || a->way == b->way;
}

}  // namespace stayalive
