// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "strategy/strategy.h"

namespace stayalive {

// Leaves keeping alive to the kernel: SO_KEEPALIVE with TCP_KEEPIDLE, TCP_KEEPINTVL and
// TCP_KEEPCNT (tcp(7)) on one socket or on both.  The probes themselves are the stack's.
extern const StrategyKind kTcpKeepalive;

}  // namespace stayalive
