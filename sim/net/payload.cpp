// SPDX-License-Identifier: Apache-2.0
#include "net/payload.h"

#include <string_view>

namespace stayalive {
namespace {

// The finisher of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58'476d'1ce4'e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d0'49bb'1331'11ebULL;
  return x ^ (x >> 31);
}

std::uint8_t ciphertext_at(std::uint64_t key, std::uint32_t position) {
  const std::uint64_t word = mix(mix(key + 0x9e37'79b9'7f4a'7c15ULL) + position / 8);
  return static_cast<std::uint8_t>(word >> position % 8 * 8);
}

std::uint8_t text_at(std::uint64_t key, std::uint32_t position) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz ";
  constexpr std::uint32_t kLine = 64;
  if (position % kLine == kLine - 1) return '\n';
  const std::uint64_t letter = (key + position + position / kLine) % kLetters.size();
  return static_cast<std::uint8_t>(kLetters[letter]);
}

}  // namespace

void fill_payload(PayloadStyle style, std::uint64_t key, std::uint32_t position,
                  std::span<std::uint8_t> out) {
  for (std::uint8_t& byte : out) {
    byte = style == PayloadStyle::Text ? text_at(key, position) : ciphertext_at(key, position);
    ++position;
  }
}

}  // namespace stayalive
