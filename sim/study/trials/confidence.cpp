// SPDX-License-Identifier: Apache-2.0
#include "study/trials/confidence.h"

#include <algorithm>
#include <cmath>

#include "base/check.h"

namespace stayalive {

Interval confidence(std::uint64_t held, std::uint64_t runs) {
  CHECK(held <= runs, "no more trials hold than there were");
  if (runs == 0) return {};
  constexpr double kZ = 1.959963984540054;  // 97.5 % of the normal distribution lie below
  const double n = static_cast<double>(runs);
  const double share = static_cast<double>(held) / n;
  const double spread = kZ * std::sqrt(share * (1 - share) / n + kZ * kZ / (4 * n * n));
  const double middle = share + kZ * kZ / (2 * n);
  const double scale = 1 + kZ * kZ / n;
  // At the ends the bounds are 0 and 1 but for rounding.
  const double low = held == 0 ? 0 : (middle - spread) / scale;
  const double high = held == runs ? 1 : (middle + spread) / scale;
  return {std::clamp(low, 0.0, 1.0), std::clamp(high, 0.0, 1.0)};
}

std::uint64_t flawless_runs_needed(double target) {
  CHECK(target >= 0 && target < 1, "no number of trials shows that nothing ever fails");
  constexpr double kDoubt = 0.05;
  if (target <= kDoubt) return 1;
  return static_cast<std::uint64_t>(std::ceil(std::log(kDoubt) / std::log(target)));
}

}  // namespace stayalive
