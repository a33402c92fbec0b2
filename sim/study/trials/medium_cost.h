// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>

#include "scenario/profiles/media.h"
#include "study/trials/tally.h"

namespace stayalive {

// What a connection costs its client in a day on a medium.
struct MediumCost {
  std::uint64_t bytes = 0;  // of frames
  // Empty where there is no radio, or where nobody counted for how long it was awake.
  std::optional<Duration> awake;
  std::optional<std::uint64_t> milliwatt_hours;
  std::optional<double> share_of_battery;  // to four decimals; may be more than 1
};

// cost: of a time that is not zero.
MediumCost cost_on(const Medium& medium, const Cost& cost);

}  // namespace stayalive
