// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "middlebox/flow/flow.h"
#include "middlebox/profile.h"
#include "net/packet.h"
#include "net/side.h"

namespace stayalive {

// How cloud load balancers and NAT gateways follow TCP, as far as their documents tell: one idle
// timer, tcp.established, from the SYN until FIN both ways, which starts tcp.closing, or RST, which
// ends the flow.  tcp.opening counts before a SYN has come from both sides when it is not zero; a
// zero tcp.closing means that the idle timer goes on counting.  Packets do not prolong closing.
TrackerDecision track_idle_tcp(Flow& flow, Side from, const Packet& packet,
                               const TimeoutTable& spans);
// Starts following a flow with its first segment, which need not be a SYN; the timer it starts.
Timeout begin_idle_tcp(Flow& flow, Side from, const Packet& packet, const TimeoutTable& spans);

}  // namespace stayalive
