// SPDX-License-Identifier: Apache-2.0
#include "run/report.h"

#include <algorithm>

namespace stayalive {

bool RunReport::holds() const {
  return !early_end &&
         std::all_of(expectations.begin(), expectations.end(),
                     [](const ExpectationReport& expectation) { return expectation.holds; });
}

bool RunReport::fails() const {
  return std::any_of(expectations.begin(), expectations.end(),
                     [](const ExpectationReport& expectation) {
                       return expectation.decided && !expectation.holds;
                     });
}

const ClosestCall* margin_of(const ConnectionReport& connection) {
  const bool forgotten = connection.population ? connection.population->ever_forgotten > 0
                                               : connection.sides[0].times_forgotten > 0 ||
                                                     connection.sides[1].times_forgotten > 0;
  return forgotten || !connection.closest_call ? nullptr : &*connection.closest_call;
}

std::optional<Outcome> outcome_at(const SideReport& side, TimePoint at) {
  std::optional<Outcome> outcome;
  for (const Transition& transition : side.timeline) {
    if (transition.at > at) break;
    outcome = transition.outcome;
  }
  return outcome;
}

}  // namespace stayalive
