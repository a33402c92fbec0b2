// SPDX-License-Identifier: Apache-2.0
#include "net/icmp_limit.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

constexpr AddressId kBox = ipv4(198, 51, 100, 1);
constexpr AddressId kPeer = ipv4(203, 0, 113, 10);

int allowed(IcmpLimit& limit, TimePoint at, int times) {
  int count = 0;
  for (int i = 0; i < times; ++i) count += limit.allows(kBox, kPeer, at) ? 1 : 0;
  return count;
}

TEST(IcmpLimit, SixAtOnceAndThenOneASecond) {
  IcmpLimit limit;
  EXPECT_EQ(allowed(limit, kStart, 20), 6);
  EXPECT_EQ(allowed(limit, kStart + 1s - 1ns, 20), 0);
  EXPECT_EQ(allowed(limit, kStart + 1s, 20), 1);
  EXPECT_EQ(allowed(limit, kStart + 3s, 20), 2);
}

TEST(IcmpLimit, ASilenceOfSixSecondsAllowsSixAgainAndNoMore) {
  IcmpLimit limit;
  EXPECT_EQ(allowed(limit, kStart, 20), 6);
  EXPECT_EQ(allowed(limit, kStart + 100s, 20), 6);
}

TEST(IcmpLimit, EachDestinationHasItsOwn) {
  IcmpLimit limit;
  EXPECT_EQ(allowed(limit, kStart, 20), 6);
  EXPECT_TRUE(limit.allows(kBox, ipv4(203, 0, 113, 11), kStart));
  limit.clear();
  EXPECT_EQ(allowed(limit, kStart, 20), 6);
}

}  // namespace
}  // namespace stayalive
