// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string_view>

#include "base/time.h"
#include "base/units.h"

namespace stayalive {

// A named stream of random numbers.  The stream depends only on (seed, owner, purpose), so adding a
// link or a connection to a scenario changes nobody else's numbers.  Integer distributions only:
// they are the same on every platform, which those of <random> are not.
class Random {
 public:
  Random(std::uint64_t seed, std::string_view owner, std::string_view purpose);

  std::uint64_t next();
  // Uniform in [0, bound); bound > 0.  Unbiased.
  std::uint64_t below(std::uint64_t bound);
  // Uniform in [low, high], both included; low <= high.
  std::uint64_t between(std::uint64_t low, std::uint64_t high);
  // Uniform in [0, longest], both included; longest >= 0.  Draws nothing when that is zero.
  Duration up_to(Duration longest) {
    return longest == Duration::zero() ? longest : drawn_up_to(longest);
  }
  // True with the given probability.  Draws nothing when the answer is certain.
  bool chance(Ratio probability);

  // Changes with every number drawn.
  std::uint64_t state() const { return state_; }

 private:
  Duration drawn_up_to(Duration longest);

  std::uint64_t state_;
};

}  // namespace stayalive
