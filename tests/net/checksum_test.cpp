// SPDX-License-Identifier: Apache-2.0
#include "net/checksum.h"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace stayalive {
namespace {

using Bytes = std::vector<std::uint8_t>;

std::uint16_t checksum_of(const Bytes& bytes) {
  Checksum checksum;
  checksum.add(bytes);
  return checksum.value();
}

// The example of RFC 1071, section 3: the sum of these words is ddf2.
TEST(Checksum, IsTheComplementOfTheSumOfRfc1071) {
  EXPECT_EQ(checksum_of({0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7}), 0xffff - 0xddf2);
}

TEST(Checksum, OfNothingIsAllOnes) { EXPECT_EQ(checksum_of({}), 0xffff); }

TEST(Checksum, CountsAnOddLastByteAsIfAZeroFollowed) {
  EXPECT_EQ(checksum_of({0x12, 0x34, 0x56}), checksum_of({0x12, 0x34, 0x56, 0x00}));
  EXPECT_NE(checksum_of({0x12, 0x34, 0x56}), checksum_of({0x12, 0x34, 0x00, 0x56}));
}

TEST(Checksum, IsZeroOverBytesThatContainIt) {
  Bytes bytes{0x45, 0x00, 0x00, 0x1c, 0xde, 0xad};
  const std::uint16_t sum = checksum_of(bytes);
  bytes.push_back(static_cast<std::uint8_t>(sum >> 8));
  bytes.push_back(static_cast<std::uint8_t>(sum));
  EXPECT_EQ(checksum_of(bytes), 0);
  ++bytes[2];
  EXPECT_NE(checksum_of(bytes), 0);
}

// The carries of 65,535 bytes of ff do not get lost.
TEST(Checksum, CarriesOfTheLongestPacketAreAddedAgain) {
  EXPECT_EQ(checksum_of(Bytes(65'534, 0xff)), 0);
  Bytes one_less(65'534, 0xff);
  one_less.back() = 0xfe;
  EXPECT_EQ(checksum_of(one_less), 1);
}

TEST(Checksum, OfPartsIsThatOfTheWhole) {
  Checksum parts;
  parts.add(Bytes{0x12, 0x34});
  parts.add(std::uint16_t{0x5678});
  parts.add(Bytes{0x9a});
  EXPECT_EQ(parts.value(), checksum_of({0x12, 0x34, 0x56, 0x78, 0x9a}));
}

}  // namespace
}  // namespace stayalive
