// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "strategy/strategy.h"

namespace stayalive {

// A keepalive put together from its properties, for protocols that have no strategy of their own:
// who pings, how often, what puts the next ping off, whether it is answered, when the peer counts
// as dead and what follows, and how a peer defends itself against pings that come too often (gRPC
// proposals A8 and A9).
extern const StrategyKind kKeepalive;

}  // namespace stayalive
