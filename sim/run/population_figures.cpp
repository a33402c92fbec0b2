// SPDX-License-Identifier: Apache-2.0
#include "run/population_figures.h"

#include <tuple>

namespace stayalive {

void sort_causes(std::vector<PopulationReport::Cause>& causes) {
  const auto rank = [](const PopulationReport::Cause& cause) {
    const Blame& blame = cause.blame;
    return std::tie(blame.who, blame.timer, blame.event, blame.timeout, blame.reason, blame.kind);
  };
  std::stable_sort(causes.begin(), causes.end(), [&](const auto& a, const auto& b) {
    if (a.members != b.members) return a.members > b.members;
    if (a.deaths != b.deaths) return a.deaths > b.deaths;
    return rank(a) < rank(b);
  });
}

std::optional<Outcome> worst_outcome(const PopulationReport::Outcomes& outcomes) {
  std::optional<Outcome> worst;
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const auto outcome = static_cast<Outcome>(i);
    if (outcomes[i] > 0) worst = worse(worst.value_or(outcome), outcome);
  }
  return worst;
}

}  // namespace stayalive
