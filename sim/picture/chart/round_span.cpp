// SPDX-License-Identifier: Apache-2.0
#include "picture/chart/round_span.h"

#include <array>

namespace stayalive {

Duration round_span(Duration whole, std::int64_t most) {
  constexpr std::array<Duration, 29> kRound{
      1ns, 100ns, 1us,  10us, 100us, 1ms,   5ms, 10ms, 50ms, 100ms, 500ms, 1s,  2s,   5s,  10s,
      30s, 1min,  2min, 5min, 10min, 30min, 1h,  2h,   4h,   12h,   24h,   48h, 120h, 240h};
  for (const Duration round : kRound) {
    if (whole / round <= most) return round;
  }
  Duration span = kRound.back();
  while (whole / span > most) span *= 2;
  return span;
}

}  // namespace stayalive
