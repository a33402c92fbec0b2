// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "strategy/strategy.h"

namespace stayalive {

// HTTP/1.0, HTTP/1.1 and HTTP/2 over TCP: requests and their answers, persistent connections, and
// how both ends decide that one is over (RFC 9112 section 9, RFC 9113 section 6.8).  The requests
// are the scenario's traffic; the client opens its connections when it needs them.
extern const StrategyKind kHttp;

}  // namespace stayalive
