// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

namespace stayalive {

// Numbers in network byte order at an address that need not be aligned.  The caller answers for
// the room: two bytes for the 16-bit forms, four for the 32-bit ones.
constexpr void put_big16(std::uint8_t* at, std::uint16_t value) {
  at[0] = static_cast<std::uint8_t>(value >> 8);
  at[1] = static_cast<std::uint8_t>(value);
}
constexpr void put_big32(std::uint8_t* at, std::uint32_t value) {
  put_big16(at, static_cast<std::uint16_t>(value >> 16));
  put_big16(at + 2, static_cast<std::uint16_t>(value));
}
constexpr std::uint16_t big16(const std::uint8_t* at) {
  return static_cast<std::uint16_t>(at[0] << 8 | at[1]);
}
constexpr std::uint32_t big32(const std::uint8_t* at) {
  return std::uint32_t{big16(at)} << 16 | big16(at + 2);
}

}  // namespace stayalive
