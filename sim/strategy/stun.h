// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "strategy/strategy.h"

namespace stayalive {

// STUN Binding messages as a keepalive over UDP (RFC 8489): indications, as ICE sends them (RFC
// 8445 section 11), or requests, as SIP outbound does (RFC 5626 section 4.4.2).  A request without
// an answer is sent again as RFC 8489 section 6.2.1 says, and its failure is that of the flow; so
// is an answer with another mapped address than before.  What the program is for beside that -
// ICE's connectivity checks, SIP's registration - is not played.
extern const StrategyKind kStun;

}  // namespace stayalive
