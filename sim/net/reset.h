// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>

#include "net/packet.h"

namespace stayalive {

// What a TCP without a matching connection answers to `segment`: nothing to a RST; RST with seq =
// its ack when it carries one; otherwise RST+ACK acknowledging everything it occupies (RFC 9293,
// section 3.10.7.1).
std::optional<Packet> reset_for(const Packet& segment);

}  // namespace stayalive
