// SPDX-License-Identifier: Apache-2.0
#include "run/report.h"

#include <algorithm>

namespace stayalive {

bool RunReport::holds() const {
  return std::all_of(expectations.begin(), expectations.end(),
                     [](const ExpectationReport& expectation) { return expectation.holds; });
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
