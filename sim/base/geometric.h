// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "base/random.h"
#include "base/units.h"

namespace stayalive {

// How many trials fail before the first that succeeds, when each succeeds with the same
// probability: k with probability (1 - p)^k p.  Integers only, and a bounded number of draws.  The
// distribution lies within a total variation of 2^-56 of the exact one, for every ratio.
class Geometric {
 public:
  // success: above zero.  With a ratio of one every trial succeeds, and nothing is drawn.
  explicit Geometric(Ratio success);

  std::uint64_t draw(Random& random) const;

 private:
  // By binary digit, from the lowest: the probability that it is one, in units of 2^-64.
  std::vector<std::uint64_t> ones_;
};

}  // namespace stayalive
