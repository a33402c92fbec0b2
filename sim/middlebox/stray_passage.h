// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "middlebox/profile.h"
#include "net/packet.h"
#include "net/side.h"

namespace stayalive {

// What connection tracking of a Linux router says of a packet (`ct state`).
enum class TrackingState : std::uint8_t { New, Established, Invalid };

// Whether the FORWARD chain lets the packet pass that has come from this side.  opens: it is no TCP
// segment, or one that asks for a new connection.
bool forward_allows(ForwardPolicy policy, TrackingState state, Side from, bool opens);

// Whether the next packet of a connection, in its middle, passes as it is from this side when the
// box has lost its state of the connection: nothing is lost with it in that direction.  False where
// the box translates: the packet may pass, but nobody can say under which endpoint.
bool passes_without_state(const Profile& profile, Protocol protocol, Side from);

}  // namespace stayalive
