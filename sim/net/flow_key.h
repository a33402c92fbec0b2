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
  // Both of its addresses, and both of its ports, as one number.
  constexpr std::uint64_t addresses() const { return pair(source.address, destination.address); }
  constexpr std::uint32_t ports() const { return pair(source.port, destination.port); }
  static constexpr std::uint64_t pair(AddressId source, AddressId destination) {
    return std::uint64_t{destination.value} << 32 | source.value;
  }
  static constexpr std::uint32_t pair(std::uint16_t source, std::uint16_t destination) {
    return std::uint32_t{destination} << 16 | source;
  }
  // Keys that differ in the ports only, or in the addresses only, never share one.
  constexpr std::uint64_t hash() const {
    const std::uint64_t rest = static_cast<std::uint64_t>(protocol) << 32 | ports();
    const std::uint64_t x = addresses() * 0xbf58'476d'1ce4'e5b9ULL + rest;
    return (x ^ (x >> 32)) * 0x94d0'49bb'1331'11ebULL;
  }
  friend constexpr auto operator<=>(const FlowKey&, const FlowKey&) = default;
};

constexpr FlowKey key_of(const Packet& packet) {
  return {packet.source(), packet.destination(), packet.protocol};
}

}  // namespace stayalive
