// SPDX-License-Identifier: Apache-2.0
#include "run/rehearsal/keepalive_interval.h"

#include <algorithm>

#include "strategy/strategy.h"

namespace stayalive {

Duration keepalive_interval(const ConnectionSpec& connection) {
  if (const StrategyKind* kind = find_strategy(connection.strategy)) {
    for (const std::string_view key : kind->intervals) {
      if (key.empty()) break;
      const Duration interval = connection.options.span(key);
      if (interval > Duration::zero()) return interval;
    }
  }
  if (connection.transport != Transport::Tcp) return Duration::zero();
  Duration shortest = kForever;
  for (const TcpConfig& tcp : connection.tcp) {
    if (tcp.keepalive) shortest = std::min(shortest, tcp.keepalive_idle);
  }
  return shortest == kForever ? Duration::zero() : shortest;
}

}  // namespace stayalive
