// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "base/time.h"

namespace stayalive {

// How many a connection of a scenario stands for, and when they come and go.
struct PopulationSpec {
  std::uint32_t count = 0;   // 0: the connection stands for itself alone
  Duration spread{};         // each begins at a random instant in [start, start + spread]
  Duration stay = kForever;  // and leaves so long after its own beginning, without a word
};

}  // namespace stayalive
