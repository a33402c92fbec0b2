// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>

namespace stayalive {

// The two sides of everything that stands in a path (RFC 4787, section 3).  Clients hang off the
// internal end, servers off the external end.  A packet from the internal side is outbound, one
// from the external side inbound.
enum class Side : std::uint8_t { Internal, External };

constexpr Side opposite(Side side) {
  return side == Side::Internal ? Side::External : Side::Internal;
}
constexpr std::size_t index(Side side) { return static_cast<std::size_t>(side); }
constexpr const char* name(Side side) { return side == Side::Internal ? "internal" : "external"; }

}  // namespace stayalive
