// SPDX-License-Identifier: Apache-2.0
#include "strategy/wire_payload.h"

#include "base/check.h"
#include "net/payload.h"

namespace stayalive {

void write_payload(const StrategyKind& kind, const Packet& packet, const Message* message,
                   std::span<std::uint8_t> out) {
  CHECK(out.size() == packet.payload, "a payload has as many bytes as its packet says");
  const bool datagram = packet.protocol == Protocol::Udp;
  // Datagrams of one stream differ from each other.
  constexpr std::uint32_t kApart = 65'536;
  const std::uint32_t position = datagram ? packet.content.message * kApart : packet.sequence;
  fill_payload(kind.payload, packet.content.stream.value, position, out);
  if (datagram && message != nullptr && kind.write_header != nullptr)
    kind.write_header(packet, *message, out);
}

}  // namespace stayalive
