// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <span>

namespace stayalive {

// The Internet checksum (RFC 1071): the complement of the one's complement sum of 16-bit words in
// network byte order.  Parts may be added one after the other; each but the last has an even
// number of bytes, and an odd last byte counts as if a zero followed.
class Checksum {
 public:
  void add(std::span<const std::uint8_t> bytes);
  void add(std::uint16_t word) { sum_ += word; }
  // What to write into the header.  Over bytes that already contain their checksum it is 0 exactly
  // when that is right.
  std::uint16_t value() const;

 private:
  std::uint64_t sum_ = 0;
};

}  // namespace stayalive
