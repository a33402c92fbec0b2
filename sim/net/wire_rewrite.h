// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <span>

#include "net/packet.h"

namespace stayalive {

// Writes the endpoints of `after` over those of `before` into the bytes that `before` was decoded
// from, as a NAT does: everything else stays as it is, and checksums change by what has changed
// (RFC 1624), so that wrong ones stay wrong.  A UDP datagram without a checksum gets none.  Of an
// ICMP error what it quotes changes, too (RFC 5508, section 4.2); a transport checksum in the quote
// does not, since nobody can verify it there.
//
//   const DecodedPacket decoded = decode(bytes, options);
//   Packet packet = decoded.packet;
//   box.process(from, packet, now, out);
//   rewrite(bytes, decoded.packet, packet);
void rewrite(std::span<std::uint8_t> bytes, const Packet& before, const Packet& after);

}  // namespace stayalive
