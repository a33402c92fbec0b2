// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>

#include "net/packet.h"
#include "net/reset.h"

namespace stayalive {

// What the box's own stack says to a packet for a port on which nobody listens: a RST to TCP, ICMP
// port unreachable to UDP (RFC 1122, section 4.1.3.1), nothing to a RST or an ICMP error.
inline std::optional<Packet> answer_of_local_stack(const Packet& packet) {
  if (packet.protocol == Protocol::Tcp) return reset_for(packet);
  if (packet.protocol == Protocol::Icmp) return std::nullopt;
  return icmp_error(packet.destination_address, Unreachable::Port, packet);
}

}  // namespace stayalive
