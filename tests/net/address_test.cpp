// SPDX-License-Identifier: Apache-2.0
#include "net/address.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace stayalive {
namespace {

TEST(Address, IsItsNumber) {
  EXPECT_EQ(ipv4(10, 0, 0, 2).value, 0x0a00'0002u);
  EXPECT_EQ(ipv4(0, 0, 0, 0).value, 0u);
  EXPECT_EQ(ipv4(255, 255, 255, 254).value, 0xffff'fffeu);
}

TEST(AddressText, ReadsFourNumbers) {
  EXPECT_EQ(parse_address("10.0.0.2"), ipv4(10, 0, 0, 2));
  EXPECT_EQ(parse_address("203.0.113.255"), ipv4(203, 0, 113, 255));
  EXPECT_EQ(parse_address("0.0.0.0"), ipv4(0, 0, 0, 0));
  EXPECT_EQ(parse_address("255.255.255.254"), ipv4(255, 255, 255, 254));
}

TEST(AddressText, RefusesEverythingElse) {
  for (const std::string_view text :
       {"",           "10",         "10.0.0",      "10.0.0.",           "10.0.0.2.",
        "10.0.0.2.3", "10.0.0.256", "10.0.0.1000", "10.0.0.4294967298", "01.0.0.2",
        "10.0.0.02",  "10..0.2",    ".10.0.0.2",   " 10.0.0.2",         "10.0.0.2 ",
        "10.0.0.-2",  "10,0,0,2",   "::1",         "localhost",         "0x0a.0.0.2",
        "10.0.0.2/8"}) {
    EXPECT_EQ(parse_address(text), std::nullopt) << '"' << text << '"';
  }
}

TEST(AddressText, RefusesTheBroadcastAddressWhoseNumberMeansNone) {
  EXPECT_EQ(parse_address("255.255.255.255"), std::nullopt);
  EXPECT_FALSE(ipv4(255, 255, 255, 255).valid());
}

TEST(AddressText, ReadsWhatItPrints) {
  Random random(1, "address", "text");
  for (int i = 0; i < 5000; ++i) {
    const AddressId address{static_cast<std::uint32_t>(random.below(0xffff'ffff))};
    ASSERT_EQ(parse_address(print_address(address)), address);
  }
  EXPECT_EQ(print_address(ipv4(192, 168, 1, 20)), "192.168.1.20");
  EXPECT_EQ(print_endpoint({ipv4(10, 0, 0, 2), 40000}), "10.0.0.2:40000");
}

TEST(PrivateAddress, CoversThePrivateBlocksOnBothEdges) {
  EXPECT_FALSE(is_private(ipv4(9, 255, 255, 255)));
  EXPECT_TRUE(is_private(ipv4(10, 0, 0, 0)));
  EXPECT_TRUE(is_private(ipv4(10, 255, 255, 255)));
  EXPECT_FALSE(is_private(ipv4(11, 0, 0, 0)));

  EXPECT_FALSE(is_private(ipv4(172, 15, 255, 255)));
  EXPECT_TRUE(is_private(ipv4(172, 16, 0, 0)));
  EXPECT_TRUE(is_private(ipv4(172, 31, 255, 255)));
  EXPECT_FALSE(is_private(ipv4(172, 32, 0, 0)));

  EXPECT_FALSE(is_private(ipv4(192, 167, 255, 255)));
  EXPECT_TRUE(is_private(ipv4(192, 168, 0, 0)));
  EXPECT_TRUE(is_private(ipv4(192, 168, 255, 255)));
  EXPECT_FALSE(is_private(ipv4(192, 169, 0, 0)));
}

TEST(PrivateAddress, CoversTheSharedSpaceOfCarriersOnBothEdges) {
  EXPECT_FALSE(is_private(ipv4(100, 63, 255, 255)));
  EXPECT_TRUE(is_private(ipv4(100, 64, 0, 0)));
  EXPECT_TRUE(is_private(ipv4(100, 127, 255, 255)));
  EXPECT_FALSE(is_private(ipv4(100, 128, 0, 0)));
}

}  // namespace
}  // namespace stayalive
