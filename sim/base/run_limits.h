// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>

#include "base/early_end.h"

namespace stayalive {

// What a run may take before it is ended.  Both are counted, not measured: the same run ends at the
// same event on every machine.
struct RunLimits {
  // Events that are run; those that are passed over because everything repeats itself do not count.
  std::uint64_t events = 10'000'000'000;
  // Bytes that the simulation, its books and whoever listens to it hold, by estimate.
  std::uint64_t memory = std::uint64_t{4} << 30;
  // Told of each run that has reached one of them, in the thread of the run; may be empty.
  std::function<void(const EarlyEnd&)> reached{};
};

}  // namespace stayalive
