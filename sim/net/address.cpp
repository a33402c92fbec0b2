// SPDX-License-Identifier: Apache-2.0
#include "net/address.h"

namespace stayalive {

std::optional<AddressId> parse_address(std::string_view text) {
  std::uint32_t value = 0;
  for (int part = 0; part < 4; ++part) {
    std::uint32_t number = 0;
    std::size_t digits = 0;
    while (digits < text.size() && text[digits] >= '0' && text[digits] <= '9' && digits < 4) {
      number = number * 10 + static_cast<std::uint32_t>(text[digits++] - '0');
    }
    if (digits == 0 || number > 255 || (digits > 1 && text.front() == '0')) return std::nullopt;
    text.remove_prefix(digits);
    value = value << 8 | number;
    if (part == 3) break;
    if (text.empty() || text.front() != '.') return std::nullopt;
    text.remove_prefix(1);
  }
  const AddressId address{value};
  // The broadcast address is no host's address, and as an id it means "none".
  if (!text.empty() || !address.valid()) return std::nullopt;
  return address;
}

std::string print_address(AddressId address) {
  const std::uint32_t a = address.value;
  return std::to_string(a >> 24) + "." + std::to_string(a >> 16 & 255) + "." +
         std::to_string(a >> 8 & 255) + "." + std::to_string(a & 255);
}

std::string print_endpoint(Endpoint endpoint) {
  return print_address(endpoint.address) + ":" + std::to_string(endpoint.port);
}

}  // namespace stayalive
