// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <compare>
#include <cstdint>
#include <limits>

#include "base/time.h"

namespace stayalive {

// A position in what is recorded of one connection.  What happens at one instant is told in the
// order of its causes: records are counted from 1.
struct Moment {
  TimePoint at;
  std::uint32_t order = 0;
  auto operator<=>(const Moment&) const = default;

  // Before and after everything that is recorded at that instant.
  static Moment before(TimePoint at) { return {at, 0}; }
  static Moment after(TimePoint at) { return {at, std::numeric_limits<std::uint32_t>::max()}; }
};

}  // namespace stayalive
