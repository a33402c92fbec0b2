// SPDX-License-Identifier: Apache-2.0
#include "study/trials/chance.h"

#include <algorithm>
#include <variant>

#include "strategy/strategy.h"

namespace stayalive {
namespace {

bool depends_on_chance(const Hop& hop) {
  const auto* link = std::get_if<LinkConfig>(&hop);
  return link != nullptr && (link->jitter > Duration::zero() || link->loss.numerator > 0);
}

bool depends_on_chance(const ConnectionSpec& connection) {
  const StrategyKind* kind = find_strategy(connection.strategy);
  return kind != nullptr && kind->random != nullptr && kind->random(connection.options);
}

}  // namespace

bool depends_on_chance(const Scenario& scenario) {
  const auto chance = [](const auto& part) { return depends_on_chance(part); };
  return has_chance_on_lines(scenario) || std::ranges::any_of(scenario.connections, chance);
}

bool has_chance_on_lines(const Scenario& scenario) {
  return std::ranges::any_of(scenario.path, [](const Hop& hop) { return depends_on_chance(hop); });
}

}  // namespace stayalive
