// SPDX-License-Identifier: Apache-2.0
#include "net/checksum.h"

#include "base/big_endian.h"

namespace stayalive {

void Checksum::add(std::span<const std::uint8_t> bytes) {
  std::size_t i = 0;
  for (; i + 1 < bytes.size(); i += 2) sum_ += big16(bytes.data() + i);
  if (i < bytes.size()) sum_ += static_cast<std::uint64_t>(bytes[i]) << 8;
}

std::uint16_t Checksum::value() const {
  std::uint64_t sum = sum_;
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

}  // namespace stayalive
