// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <compare>
#include <cstdint>

#include "base/digest.h"
#include "net/packet.h"

namespace stayalive {

// The 5-tuple of a packet.
struct FlowKey {
  Endpoint source;
  Endpoint destination;
  Protocol protocol = Protocol::Udp;

  constexpr FlowKey reversed() const { return {destination, source, protocol}; }
  constexpr std::uint64_t hash() const {
    const std::uint64_t a =
        static_cast<std::uint64_t>(source.address.value) << 32 | destination.address.value;
    const std::uint64_t b = static_cast<std::uint64_t>(source.port) << 32 |
                            static_cast<std::uint64_t>(destination.port) << 8 |
                            static_cast<std::uint64_t>(protocol);
    return Digest::mix(Digest::mix(a) + b);
  }
  friend constexpr auto operator<=>(const FlowKey&, const FlowKey&) = default;
};

constexpr FlowKey key_of(const Packet& packet) {
  return {packet.source(), packet.destination(), packet.protocol};
}

}  // namespace stayalive
