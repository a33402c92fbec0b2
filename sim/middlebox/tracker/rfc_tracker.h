// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "middlebox/flow/flow.h"
#include "middlebox/profile.h"
#include "net/packet.h"
#include "net/side.h"

namespace stayalive {

// How a NAT by the book follows TCP (RFC 6146, section 3.5.2, with RFC 7857, section 2): opening
// until a SYN has come from both sides, established, half closed after one FIN, closing after both,
// and resetting after a RST until any other segment shows that the connection lives on.  Packets do
// not prolong closing.  A zero span means that the box makes no difference: half closed counts as
// established, closing as half closed, opening as established; a zero tcp.reset ends the flow with
// the RST.
TrackerDecision track_rfc_tcp(Flow& flow, Side from, const Packet& packet,
                              const TimeoutTable& spans);
// Starts following a flow with its first segment, which need not be a SYN; the timer it starts.
Timeout begin_rfc_tcp(Flow& flow, Side from, const Packet& packet, const TimeoutTable& spans);

// UDP through such a NAT: udp.single until the other side has answered, then udp.stream.  A zero
// udp.stream means that there is no difference.
Timeout udp_timer(bool answered, const TimeoutTable& spans);

}  // namespace stayalive
