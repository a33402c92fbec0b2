// SPDX-License-Identifier: Apache-2.0
#include "net/flow_key.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
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

// How many of 4096 buckets 4096 keys leave empty, by the bits of the hash that an index uses first.
// A good hash leaves about 1/e of them.
template <class KeyOf>
std::size_t empty_buckets(KeyOf key_of) {
  std::set<std::uint32_t> buckets;
  for (std::uint32_t i = 0; i < 4096; ++i) {
    const std::uint64_t hash = key_of(i).hash();
    buckets.insert(static_cast<std::uint32_t>(hash ^ (hash >> 32)) >> 20);
  }
  return 4096 - buckets.size();
}

TEST(FlowKey, PortsAndAddressesSpreadOverTheTableByThemselvesAndTogether) {
  const auto with = [](std::uint32_t host, std::uint32_t port, std::uint32_t remote) {
    FlowKey key = kKey;
    key.source.address.value += host;
    key.source.port = static_cast<std::uint16_t>(1024 + port);
    key.destination.address.value += remote;
    return key;
  };
  EXPECT_LT(empty_buckets([&](std::uint32_t i) { return with(0, i, 0); }), 1640u);
  EXPECT_LT(empty_buckets([&](std::uint32_t i) { return with(i, 0, 0); }), 1640u);
  EXPECT_LT(empty_buckets([&](std::uint32_t i) { return with(i / 64, i % 64, 0); }), 1640u);
  EXPECT_LT(empty_buckets([&](std::uint32_t i) { return with(i / 64, 0, i % 64); }), 1640u);
  EXPECT_LT(empty_buckets([&](std::uint32_t i) { return with(i, 0, i).reversed(); }), 1640u);
}

}  // namespace
}  // namespace stayalive
