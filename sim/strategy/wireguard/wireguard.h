// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "strategy/strategy.h"

namespace stayalive {

// A WireGuard tunnel between a client that knows its server's endpoint and a server that learns the
// client's, as Linux's and wireguard-go's timers have it.  Application messages are packets in the
// tunnel.
extern const StrategyKind kWireguard;

}  // namespace stayalive
