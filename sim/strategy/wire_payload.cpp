// SPDX-License-Identifier: Apache-2.0
#include "strategy/wire_payload.h"

#include <algorithm>

#include "base/big_endian.h"
#include "base/check.h"
#include "net/payload.h"

namespace stayalive {
namespace {

constexpr std::uint16_t kDnsPort = 53;
constexpr std::uint16_t kNatTraversalPort = 4500;

// A question (RFC 1035, section 4.1) that asks for a name as long as fits; what is left over
// follows it.  The answer repeats it and has none.
void write_dns(const Packet& packet, std::span<std::uint8_t> datagram) {
  constexpr std::size_t kDnsHeader = 12;
  constexpr std::size_t kTypeAndClass = 4;
  constexpr std::size_t kMostName = 254;  // without the root
  constexpr std::size_t kMostLabel = 63;
  // The smallest question has a name of one letter.
  if (datagram.size() < kDnsHeader + 3 + kTypeAndClass) return;
  std::uint8_t* at = datagram.data();
  const bool answer = packet.source_port == kDnsPort;
  put_big16(at + 2, answer ? 0x8180 : 0x0100);
  put_big16(at + 4, 1);
  for (std::size_t i = 6; i < kDnsHeader; ++i) at[i] = 0;
  std::size_t left = std::min(datagram.size() - kDnsHeader - 1 - kTypeAndClass, kMostName);
  at += kDnsHeader;
  while (left > 1) {
    // No single byte is left, which is no label.
    std::size_t label = std::min(kMostLabel, left - 1);
    if (left - 1 - label == 1) --label;
    *at++ = static_cast<std::uint8_t>(label);
    for (std::size_t i = 0; i < label; ++i) *at++ = 'a' + static_cast<std::uint8_t>(i % 26);
    left -= label + 1;
  }
  *at++ = 0;
  put_big16(at, 1);      // A
  put_big16(at + 2, 1);  // IN
}

// What a datagram of no protocol in particular looks like on the port of one.
void write_by_port(const Packet& packet, std::span<std::uint8_t> datagram) {
  const auto uses = [&](std::uint16_t port) {
    return packet.source_port == port || packet.destination_port == port;
  };
  if (uses(kDnsPort)) write_dns(packet, datagram);
  // The NAT-keepalive of RFC 3948, section 2.3; longer ones begin with the index of an ESP packet,
  // which is not zero.
  if (uses(kNatTraversalPort) && datagram.size() == 1) datagram[0] = 0xff;
}

}  // namespace

void write_payload(const StrategyKind& kind, PayloadStyle style, const Packet& packet,
                   const Message* message, std::span<std::uint8_t> out) {
  CHECK(out.size() == packet.payload, "a payload has as many bytes as its packet says");
  const bool datagram = packet.protocol == Protocol::Udp;
  // Datagrams of one stream differ from each other.
  constexpr std::uint32_t kApart = 65'536;
  const std::uint32_t position = datagram ? packet.content.message * kApart : packet.sequence;
  fill_payload(style, packet.content.stream.value, position, out);
  if (datagram && kind.write_header == nullptr) write_by_port(packet, out);
  if (datagram && message != nullptr && kind.write_header != nullptr)
    kind.write_header(packet, *message, out);
}

}  // namespace stayalive
