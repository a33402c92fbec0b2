// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "strategy/strategy.h"

namespace stayalive {

// An OpenVPN tunnel between one client and a server in server mode (openvpn(8): --ping,
// --ping-restart, --ping-exit, --keepalive), as version 2.6 without kernel offload does it.
// Application messages are packets in the tunnel; they are lost while it is not up.
extern const StrategyKind kOpenvpn;

}  // namespace stayalive
