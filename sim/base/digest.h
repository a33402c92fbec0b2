// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string_view>

namespace stayalive {

// An order-sensitive 64-bit fingerprint: the same values in the same order give the same digest on
// every machine and from every compiler.  Not for security.
class Digest {
 public:
  constexpr void add(std::uint64_t value) {
    state_ ^= value + 0x9e37'79b9'7f4a'7c15ULL + (state_ << 6) + (state_ >> 2);
    state_ = mix(state_);
  }
  constexpr void add(std::string_view text) {
    add(text.size());
    for (const char c : text) add(static_cast<unsigned char>(c));
  }
  constexpr std::uint64_t value() const { return state_; }

  // The finalizer of splitmix64: every input bit reaches every output bit.
  static constexpr std::uint64_t mix(std::uint64_t x) {
    x = (x ^ (x >> 30)) * 0xbf58'476d'1ce4'e5b9ULL;
    x = (x ^ (x >> 27)) * 0x94d0'49bb'1331'11ebULL;
    return x ^ (x >> 31);
  }

 private:
  std::uint64_t state_ = 0x7374'6179'616c'6976ULL;
};

}  // namespace stayalive
