// SPDX-License-Identifier: Apache-2.0
#include "stack/timer/retransmission_limit.h"

#include <bit>

namespace stayalive {

Duration retransmission_limit(std::uint32_t retries, Duration first, Duration longest) {
  const auto ratio = static_cast<std::uint64_t>(longest / first);
  const auto doublings = static_cast<std::uint32_t>(ratio == 0 ? 0 : std::bit_width(ratio) - 1);
  if (retries <= doublings) return first * ((std::int64_t{2} << retries) - 1);
  return first * ((std::int64_t{2} << doublings) - 1) +
         longest * static_cast<std::int64_t>(retries - doublings);
}

}  // namespace stayalive
