// SPDX-License-Identifier: Apache-2.0
#include "net/flow_key.h"

#include <gtest/gtest.h>

#include <set>

namespace stayalive {
namespace {

constexpr FlowKey kKey{{ipv4(10, 0, 0, 2), 40000}, {ipv4(203, 0, 113, 10), 22}, Protocol::Tcp};

TEST(FlowKey, IsTheFiveTupleOfAPacket) {
  Packet packet;
  packet.protocol = Protocol::Tcp;
  packet.set_source(kKey.source);
  packet.set_destination(kKey.destination);
  EXPECT_EQ(key_of(packet), kKey);
}

TEST(FlowKey, ReversedTwiceIsItself) {
  EXPECT_EQ(kKey.reversed().source, kKey.destination);
  EXPECT_NE(kKey.reversed(), kKey);
  EXPECT_EQ(kKey.reversed().reversed(), kKey);
}

TEST(FlowKey, EveryPartCountsInComparisonAndHash) {
  std::set<std::uint64_t> hashes{kKey.hash()};
  FlowKey other = kKey;
  const auto differs = [&hashes](const FlowKey& key) {
    EXPECT_NE(key, kKey);
    EXPECT_TRUE(hashes.insert(key.hash()).second);
  };
  other.source.port = 40001;
  differs(other);
  other = kKey;
  other.source.address = ipv4(10, 0, 0, 3);
  differs(other);
  other = kKey;
  other.destination.port = 23;
  differs(other);
  other = kKey;
  other.destination.address = ipv4(203, 0, 113, 11);
  differs(other);
  other = kKey;
  other.protocol = Protocol::Udp;
  differs(other);
  differs(kKey.reversed());
}

TEST(FlowKey, PortsOfOneHostSpreadOverTheTable) {
  // 4096 flows in 4096 buckets: a good hash leaves about 1/e of them empty.
  std::set<std::uint64_t> buckets;
  for (std::uint16_t port = 1024; port < 1024 + 4096; ++port) {
    FlowKey key = kKey;
    key.source.port = port;
    buckets.insert(key.hash() & 4095);
  }
  EXPECT_GT(buckets.size(), 2450u);
}

}  // namespace
}  // namespace stayalive
