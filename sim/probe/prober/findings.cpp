// SPDX-License-Identifier: Apache-2.0
#include "probe/prober/findings.h"

#include <utility>

namespace stayalive {

void Votes::note(TrialEnd end) {
  switch (end) {
    case TrialEnd::Alive:
      ++alive;
      break;
    case TrialEnd::Dead:
      ++dead;
      break;
    case TrialEnd::Reset:
      ++reset;
      break;
    case TrialEnd::Answered:
      ++answered;
      break;
    case TrialEnd::Same:
      ++same;
      break;
    case TrialEnd::Other:
      ++other;
      break;
    case TrialEnd::Ended:
    case TrialEnd::Spoilt:
      ++spoilt;
      break;
  }
}

std::optional<TrialEnd> Votes::verdict() const {
  const std::array<std::pair<std::uint32_t, TrialEnd>, 6> counts{{{alive, TrialEnd::Alive},
                                                                  {dead, TrialEnd::Dead},
                                                                  {reset, TrialEnd::Reset},
                                                                  {answered, TrialEnd::Answered},
                                                                  {same, TrialEnd::Same},
                                                                  {other, TrialEnd::Other}}};
  for (const auto& entry : counts) {
    if (entry.first * 2 > all()) return entry.second;
  }
  return std::nullopt;
}

}  // namespace stayalive
