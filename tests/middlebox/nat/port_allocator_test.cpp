// SPDX-License-Identifier: Apache-2.0
#include "middlebox/nat/port_allocator.h"

#include <gtest/gtest.h>

#include <set>
#include <vector>

namespace stayalive {
namespace {

constexpr AddressId kAddress = ipv4(198, 51, 100, 1);

PortAllocator allocator(const PortPolicy& policy) {
  return PortAllocator(policy, Random(1, "box", "ports"));
}

TEST(PortAllocator, AFreePortIsPreservedAndATakenOneIsFollowedByTheNext) {
  PortAllocator ports = allocator({});
  EXPECT_EQ(ports.take(Protocol::Udp, kAddress, 5000, kStart, 7), 5000);
  EXPECT_EQ(ports.take(Protocol::Udp, kAddress, 5000, kStart, 7), 5001);
  EXPECT_EQ(ports.take(Protocol::Tcp, kAddress, 5000, kStart, 7), 5000);
  EXPECT_EQ(ports.take(Protocol::Udp, ipv4(198, 51, 100, 2), 5000, kStart, 7), 5000);
}

TEST(PortAllocator, WithoutPreservationPortsAreGivenOutInOrder) {
  PortPolicy policy;
  policy.preserve = false;
  policy.low = 1024;
  policy.high = 1026;
  PortAllocator ports = allocator(policy);
  EXPECT_EQ(ports.take(Protocol::Udp, kAddress, 5000, kStart, 7), 1024);
  EXPECT_EQ(ports.take(Protocol::Udp, kAddress, 5000, kStart, 7), 1025);
  ports.release(Protocol::Udp, {kAddress, 1024}, kStart);
  EXPECT_EQ(ports.take(Protocol::Udp, kAddress, 5000, kStart, 7), 1026);
  EXPECT_EQ(ports.take(Protocol::Udp, kAddress, 5000, kStart, 7), 1024);
  EXPECT_EQ(ports.take(Protocol::Udp, kAddress, 5000, kStart, 7), std::nullopt);
}

TEST(PortAllocator, WhoForgetsEverythingDrawsOtherRandomPortsThanBefore) {
  PortPolicy policy;
  policy.preserve = false;
  policy.random = true;
  PortAllocator ports = allocator(policy);
  std::set<std::uint16_t> first;
  for (int boot = 0; boot < 8; ++boot) {
    first.insert(*ports.take(Protocol::Udp, kAddress, 5000, kStart, 7));
    ports.clear();
    EXPECT_EQ(ports.holder(Protocol::Udp, {kAddress, *first.begin()}), PortAllocator::kNobody);
  }
  EXPECT_GT(first.size(), 6u);
}

TEST(PortAllocator, WhoForgetsEverythingBeginsAgainWithTheLowestPort) {
  PortPolicy policy;
  policy.preserve = false;
  PortAllocator ports = allocator(policy);
  EXPECT_EQ(ports.take(Protocol::Udp, kAddress, 5000, kStart, 7), 1024);
  ports.clear();
  EXPECT_EQ(ports.take(Protocol::Udp, kAddress, 5000, kStart, 7), 1024);
}

TEST(PortAllocator, AReleasedPortRestsAndIsFreeExactlyAtTheEnd) {
  PortPolicy policy;
  policy.low = policy.high = 2000;
  policy.reuse_delay = 120s;
  PortAllocator ports = allocator(policy);
  EXPECT_EQ(ports.take(Protocol::Udp, kAddress, 2000, kStart, 7), 2000);
  ports.release(Protocol::Udp, {kAddress, 2000}, kStart + 10s);
  EXPECT_EQ(ports.take(Protocol::Udp, kAddress, 2000, kStart + 130s - 1ns, 7), std::nullopt);
  EXPECT_EQ(ports.holder(Protocol::Udp, {kAddress, 2000}), PortAllocator::kNobody);
  EXPECT_EQ(ports.take(Protocol::Udp, kAddress, 2000, kStart + 130s, 7), 2000);
  EXPECT_EQ(ports.holder(Protocol::Udp, {kAddress, 2000}), 7u);
}

TEST(PortAllocator, KnowsWhoHoldsAPortUntilItIsGivenBack) {
  PortAllocator ports = allocator({});
  const Endpoint external{kAddress, 5000};
  EXPECT_EQ(ports.holder(Protocol::Udp, external), PortAllocator::kNobody);
  EXPECT_EQ(ports.take(Protocol::Udp, kAddress, 5000, kStart, 3), 5000);
  EXPECT_EQ(ports.holder(Protocol::Udp, external), 3u);
  EXPECT_EQ(ports.holder(Protocol::Tcp, external), PortAllocator::kNobody);
  EXPECT_EQ(ports.holder(Protocol::Udp, {kAddress, 5001}), PortAllocator::kNobody);
  ports.release(Protocol::Udp, external, kStart + 1s);
  EXPECT_EQ(ports.holder(Protocol::Udp, external), PortAllocator::kNobody);
  EXPECT_EQ(ports.take(Protocol::Udp, kAddress, 5000, kStart + 1s, 4), 5000);
}

TEST(PortAllocator, ParityKeepsEvenPortsEven) {
  PortPolicy policy;
  policy.parity = true;
  PortAllocator ports = allocator(policy);
  EXPECT_EQ(ports.take(Protocol::Udp, kAddress, 5000, kStart, 7), 5000);
  EXPECT_EQ(ports.take(Protocol::Udp, kAddress, 5000, kStart, 7), 5002);
  EXPECT_EQ(ports.take(Protocol::Udp, kAddress, 5001, kStart, 7), 5001);
}

TEST(PortAllocator, RandomPortsExhaustTheWholeRangeWithoutRepeating) {
  PortPolicy policy;
  policy.preserve = false;
  policy.random = true;
  policy.low = 3000;
  policy.high = 3063;
  PortAllocator ports = allocator(policy);
  std::set<std::uint16_t> seen;
  for (int i = 0; i < 64; ++i) {
    const auto port = ports.take(Protocol::Udp, kAddress, 5000, kStart, 7);
    ASSERT_TRUE(port.has_value());
    EXPECT_GE(*port, 3000);
    EXPECT_LE(*port, 3063);
    seen.insert(*port);
  }
  EXPECT_EQ(seen.size(), 64u);
  EXPECT_FALSE(ports.take(Protocol::Udp, kAddress, 5000, kStart, 7).has_value());
}

TEST(PortAllocator, LinuxGivesUpAfterAFewRunsOfHalvingLength) {
  PortAllocator ports = allocator({});
  int tries = 0;
  std::vector<std::uint32_t> last;
  const auto port = ports.pick_like_linux(
      5000,
      [&](std::uint16_t, std::uint32_t left) {
        ++tries;
        last.push_back(left);
        return false;
      },
      [](std::uint16_t) {});
  EXPECT_FALSE(port.has_value());
  EXPECT_EQ(tries, 128 + 64 + 32 + 16 + 8);
  EXPECT_EQ(last.front(), 128u) << "so many are left to try, this one included";
  EXPECT_EQ(last[127], 1u);
  EXPECT_EQ(last[128], 64u);
}

TEST(PortAllocator, LinuxTriesASmallRangeOnceAndEntirely) {
  PortPolicy policy;
  policy.low = 20000;
  policy.high = 20003;
  PortAllocator ports = allocator(policy);
  std::set<std::uint16_t> tried;
  std::set<std::uint16_t> foreseen;
  const auto found = ports.pick_like_linux(
      5000,
      [&](std::uint16_t port, std::uint32_t) {
        EXPECT_TRUE(foreseen.contains(port));
        tried.insert(port);
        return false;
      },
      [&](std::uint16_t port) { foreseen.insert(port); });
  EXPECT_FALSE(found.has_value());
  EXPECT_EQ(tried, (std::set<std::uint16_t>{20000, 20001, 20002, 20003}));
}

TEST(PortAllocator, FindsTheOnlyFreePortWhereverItLies) {
  for (const std::uint16_t hole : {std::uint16_t{1024}, std::uint16_t{1087}, std::uint16_t{1088},
                                   std::uint16_t{40000}, std::uint16_t{65535}}) {
    PortPolicy policy;
    policy.random = true;
    policy.preserve = false;
    PortAllocator ports = allocator(policy);
    for (std::uint32_t i = policy.low; i <= policy.high; ++i) {
      ASSERT_TRUE(ports.take(Protocol::Udp, kAddress, 5000, kStart, 7));
    }
    ASSERT_EQ(ports.take(Protocol::Udp, kAddress, 5000, kStart, 7), std::nullopt);
    if (hole < policy.low) continue;
    ports.release(Protocol::Udp, {kAddress, hole}, kStart);
    EXPECT_EQ(ports.take(Protocol::Udp, kAddress, 5000, kStart, 8), hole);
    EXPECT_EQ(ports.holder(Protocol::Udp, {kAddress, hole}), 8u);
  }
}

TEST(PortAllocator, RestsEndInTheOrderOfTheirEnds) {
  PortPolicy policy;
  policy.low = 2000;
  policy.high = 2001;
  policy.reuse_delay = 10s;
  PortAllocator ports = allocator(policy);
  EXPECT_EQ(ports.take(Protocol::Udp, kAddress, 2000, kStart, 7), 2000);
  EXPECT_EQ(ports.take(Protocol::Udp, kAddress, 2001, kStart, 7), 2001);
  ports.release(Protocol::Udp, {kAddress, 2000}, kStart + 5s);
  ports.release(Protocol::Udp, {kAddress, 2001}, kStart + 1s);  // it had ended before
  EXPECT_EQ(ports.take(Protocol::Udp, kAddress, 2000, kStart + 11s - 1ns, 7), std::nullopt);
  EXPECT_EQ(ports.take(Protocol::Udp, kAddress, 2000, kStart + 11s, 7), 2001);
  EXPECT_EQ(ports.take(Protocol::Udp, kAddress, 2000, kStart + 15s - 1ns, 7), std::nullopt);
  EXPECT_EQ(ports.take(Protocol::Udp, kAddress, 2000, kStart + 15s, 7), 2000);
}

}  // namespace
}  // namespace stayalive
