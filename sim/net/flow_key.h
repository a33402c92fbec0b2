// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <compare>
#include <cstdint>

#include "net/packet.h"

namespace stayalive {

// The 5-tuple of a packet.
struct FlowKey {
  Endpoint source;
  Endpoint destination;
  Protocol protocol = Protocol::Udp;

  constexpr FlowKey reversed() const { return {destination, source, protocol}; }
  // Keys that differ in the ports only, or in the addresses only, never share one.
  constexpr std::uint64_t hash() const {
    const std::uint64_t addresses =
        static_cast<std::uint64_t>(destination.address.value) << 32 | source.address.value;
    const std::uint64_t ports = static_cast<std::uint64_t>(protocol) << 32 |
                                static_cast<std::uint64_t>(destination.port) << 16 | source.port;
    const std::uint64_t x = addresses * 0xbf58'476d'1ce4'e5b9ULL + ports;
    return (x ^ (x >> 32)) * 0x94d0'49bb'1331'11ebULL;
  }
  friend constexpr auto operator<=>(const FlowKey&, const FlowKey&) = default;
};

constexpr FlowKey key_of(const Packet& packet) {
  return {packet.source(), packet.destination(), packet.protocol};
}

}  // namespace stayalive
