// SPDX-License-Identifier: Apache-2.0
#include "app/outcome.h"

#include <algorithm>

namespace stayalive {

std::optional<Outcome> find_outcome(std::string_view name) {
  const auto found = std::ranges::find(kOutcomeNames, name);
  if (found == kOutcomeNames.end()) return std::nullopt;
  return static_cast<Outcome>(found - kOutcomeNames.begin());
}

}  // namespace stayalive
