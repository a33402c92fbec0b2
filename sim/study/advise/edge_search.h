// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <optional>
#include <utility>

#include "base/time.h"

namespace stayalive {

// Where a condition on intervals ceases to hold, to the second.

constexpr Duration cut_to_seconds(Duration span) { return span / 1s * Duration{1s}; }

// Between two whole seconds, the largest of them not nearer to the second.
constexpr Duration middle(Duration low, Duration high) {
  return low + cut_to_seconds((high - low) / 2);
}

// The last interval from `inside`, which holds, towards `outside`, which does not.
template <class Holds>
std::pair<Duration, Duration> bisect(Duration inside, Duration outside, Holds holds) {
  while (std::max(inside, outside) - std::min(inside, outside) > 1s) {
    const Duration between = inside < outside ? middle(inside, outside) : middle(outside, inside);
    (holds(between) ? inside : outside) = between;
  }
  return {inside, outside};
}

// An interval that holds, and the next one that does not, where there is one.
struct Edge {
  Duration inside{};
  std::optional<Duration> outside;
};

// The first of 0 ... count - 1 that holds, when all before it fail: it is looked for in steps
// that double, and one by one only where these find nothing.  `count`: none holds.
template <class Holds>
std::size_t find_first(std::size_t count, Holds holds) {
  std::size_t fails = 0;  // all below, as far as is known
  for (std::size_t step = 1; fails + step <= count; step *= 2) {
    std::size_t found = fails + step - 1;
    if (!holds(found)) {
      fails += step;
      continue;
    }
    while (fails < found) {
      const std::size_t between = fails + (found - fails) / 2;
      holds(between) ? found = between : fails = between + 1;
    }
    return found;
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (holds(i)) return i;
  }
  return count;
}

}  // namespace stayalive
