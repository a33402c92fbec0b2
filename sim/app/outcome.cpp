// SPDX-License-Identifier: Apache-2.0
#include "app/outcome.h"

#include <algorithm>

namespace stayalive {

std::optional<Outcome> find_outcome(std::string_view name) {
  const auto found = std::ranges::find(kOutcomeNames, name);
  if (found == kOutcomeNames.end()) return std::nullopt;
  return static_cast<Outcome>(found - kOutcomeNames.begin());
}

Outcome worse(Outcome a, Outcome b) {
  constexpr std::array<Outcome, kOutcomeNames.size()> kOrder{
      Outcome::Alive, Outcome::Remapped, Outcome::Closed,   Outcome::Refused,
      Outcome::Reset, Outcome::Detected, Outcome::Forgotten};
  return std::find(kOrder.begin(), kOrder.end(), a) < std::find(kOrder.begin(), kOrder.end(), b)
             ? b
             : a;
}

}  // namespace stayalive
