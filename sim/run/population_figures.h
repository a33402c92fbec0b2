// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "run/report.h"

namespace stayalive {

// What the reports of populations have in common, whatever their members are.

// Whether a side that has become this is through.
constexpr bool is_through(Outcome outcome) {
  return outcome == Outcome::Detected || outcome == Outcome::Reset || outcome == Outcome::Closed ||
         outcome == Outcome::Refused;
}

// The first, those at 10, 50 and 90 %, and the last of some values; empty where there are none.
template <class T>
std::optional<std::array<T, 5>> spread_of(std::vector<T> values) {
  if (values.empty()) return std::nullopt;
  std::sort(values.begin(), values.end());
  const std::size_t last = values.size() - 1;
  return std::array<T, 5>{values.front(), values[last / 10], values[last / 2],
                          values[last - last / 10], values.back()};
}

// The deadliest first; among equals in an order that does not depend on who died first.
void sort_causes(std::vector<PopulationReport::Cause>& causes);

// The worst that any member has come to; empty where none has begun.
std::optional<Outcome> worst_outcome(const PopulationReport::Outcomes& outcomes);

}  // namespace stayalive
