// SPDX-License-Identifier: Apache-2.0
#include "run/report.h"

#include <algorithm>

namespace stayalive {

const char* name(FaultKind kind) {
  switch (kind) {
    case FaultKind::None:
      return "none";
    case FaultKind::Flow:
      return "flow";
    case FaultKind::Link:
      return "link";
    case FaultKind::Host:
      return "host";
    case FaultKind::Asleep:
      return "asleep";
    case FaultKind::Address:
      return "address";
    case FaultKind::Peer:
      return "peer";
    case FaultKind::Proxy:
      return "proxy";
    case FaultKind::Drop:
      return "drop";
  }
  return "none";
}

bool RunReport::holds() const {
  return std::all_of(expectations.begin(), expectations.end(),
                     [](const ExpectationReport& expectation) { return expectation.holds; });
}

Outcome together(const std::array<SideReport, 2>& sides) {
  std::optional<Outcome> worst;
  for (const SideReport& side : sides) {
    if (side.outcome) worst = worse(worst.value_or(*side.outcome), *side.outcome);
  }
  return worst.value_or(Outcome::Refused);
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
