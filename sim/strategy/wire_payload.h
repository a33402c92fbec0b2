// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>

#include "net/packet.h"
#include "strategy/message.h"
#include "strategy/strategy.h"

namespace stayalive {

// Fills `out`, of packet.payload bytes, with what the strategy's program could have put there, for
// captures and real networks; net/wire adds the headers.  On the ports of DNS and of IPsec behind
// NATs, datagrams of no protocol in particular look like those, as far as their length allows.
// Bytes of a stream are the same in each segment that carries them, however it is cut, repeated or
// translated.  style: kind.payload, unless the connection makes something else of it.  message:
// that of packet.content, of a datagram; nullptr where it is not known.
void write_payload(const StrategyKind& kind, PayloadStyle style, const Packet& packet,
                   const Message* message, std::span<std::uint8_t> out);

}  // namespace stayalive
