// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

namespace stayalive {

// Where a probability lies, with a confidence of 95 %, when `held` of `runs` trials held: the score
// interval of Wilson (1927).  Without trials it is [0, 1].
struct Interval {
  double low = 0;
  double high = 1;
};
Interval confidence(std::uint64_t held, std::uint64_t runs);

// How many trials, none of which fails, show with a confidence of 95 % that the probability is at
// least `target` (0 <= target < 1): the rule of three, exactly.
std::uint64_t flawless_runs_needed(double target);

}  // namespace stayalive
