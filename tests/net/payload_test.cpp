// SPDX-License-Identifier: Apache-2.0
#include "net/payload.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstddef>
#include <vector>

namespace stayalive {
namespace {

std::vector<std::uint8_t> bytes_of(PayloadStyle style, std::uint64_t key, std::uint32_t position,
                                   std::size_t length) {
  std::vector<std::uint8_t> bytes(length);
  fill_payload(style, key, position, bytes);
  return bytes;
}

TEST(Payload, ASegmentCutOtherwiseCarriesTheSameBytes) {
  for (const PayloadStyle style : {PayloadStyle::Text, PayloadStyle::Ciphertext}) {
    const auto whole = bytes_of(style, 7, 0xffff'fff0, 100);
    for (std::size_t cut = 0; cut <= whole.size(); ++cut) {
      auto parts = bytes_of(style, 7, 0xffff'fff0, cut);
      const auto rest =
          bytes_of(style, 7, 0xffff'fff0 + static_cast<std::uint32_t>(cut), whole.size() - cut);
      parts.insert(parts.end(), rest.begin(), rest.end());
      EXPECT_EQ(parts, whole) << "cut after " << cut;
    }
  }
}

TEST(Payload, DirectionsDiffer) {
  for (const PayloadStyle style : {PayloadStyle::Text, PayloadStyle::Ciphertext})
    EXPECT_NE(bytes_of(style, 1, 0, 64), bytes_of(style, 2, 0, 64));
}

TEST(Payload, TextIsPrintableInLinesOf64) {
  const auto text = bytes_of(PayloadStyle::Text, 3, 0, 640);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i % 64 == 63) {
      EXPECT_EQ(text[i], '\n');
    } else {
      EXPECT_TRUE(std::isprint(text[i])) << i;
    }
  }
}

// Every value comes about as often as any other: 256 of 65,536 on average, and none as rarely or as
// often as would be nine standard deviations away.
TEST(Payload, CiphertextHasAllValuesEquallyOften) {
  std::array<std::size_t, 256> counts{};
  for (const std::uint8_t byte : bytes_of(PayloadStyle::Ciphertext, 4, 0, 65'536)) ++counts[byte];
  EXPECT_GT(*std::min_element(counts.begin(), counts.end()), 112u);
  EXPECT_LT(*std::max_element(counts.begin(), counts.end()), 400u);
}

}  // namespace
}  // namespace stayalive
