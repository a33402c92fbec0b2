// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"

namespace stayalive {

// An IPv4 address as its 32-bit number.  AddressId holds it directly; IPv6 is not modelled
// (docs/limits.md).
constexpr AddressId ipv4(std::uint8_t a, std::uint8_t b, std::uint8_t c, std::uint8_t d) {
  return AddressId{static_cast<std::uint32_t>(a) << 24 | static_cast<std::uint32_t>(b) << 16 |
                   static_cast<std::uint32_t>(c) << 8 | d};
}

// "10.0.0.2"; empty for anything else and for 255.255.255.255.
std::optional<AddressId> parse_address(std::string_view text);
std::string print_address(AddressId address);

// Private or shared address space that the Internet does not route: RFC 1918 and RFC 6598.
constexpr bool is_private(AddressId address) {
  const std::uint32_t a = address.value;
  return a >> 24 == 10 || a >> 20 == (172u << 4 | 1u) || a >> 16 == (192u << 8 | 168u) ||
         a >> 22 == (100u << 2 | 1u);
}

// An address and a port (RFC 4787: endpoint).
struct Endpoint {
  AddressId address;
  std::uint16_t port = 0;
  friend constexpr auto operator<=>(Endpoint, Endpoint) = default;
};
// "10.0.0.2:40000"
std::string print_endpoint(Endpoint endpoint);

}  // namespace stayalive
