// SPDX-License-Identifier: Apache-2.0
#include "base/flat_index.h"

#include <gtest/gtest.h>

#include <map>
#include <vector>

#include "base/digest.h"
#include "base/random.h"

namespace stayalive {
namespace {

TEST(FlatIndex, AnEmptyIndexFindsNothing) {
  const FlatIndex index;
  EXPECT_EQ(index.find(1, [](std::uint32_t) { return true; }), FlatIndex::kNone);
  EXPECT_EQ(index.size(), 0u);
}

TEST(FlatIndex, HandlesWithTheSameHashAreToldApartByTheirKeys) {
  FlatIndex index;
  for (std::uint32_t handle = 0; handle < 5; ++handle) index.insert(42, handle);
  for (std::uint32_t wanted = 0; wanted < 5; ++wanted) {
    EXPECT_EQ(index.find(42, [&](std::uint32_t handle) { return handle == wanted; }), wanted);
  }
  index.erase(42, 2);
  EXPECT_EQ(index.find(42, [](std::uint32_t handle) { return handle == 2; }), FlatIndex::kNone);
  EXPECT_EQ(index.find(42, [](std::uint32_t handle) { return handle == 4; }), 4u);
}

TEST(FlatIndex, BringingNearChangesNothing) {
  FlatIndex index;
  index.prefetch(42);
  index.insert(42, 1);
  index.prefetch(42);
  EXPECT_EQ(index.find(42, [](std::uint32_t) { return true; }), 1u);
  EXPECT_EQ(index.size(), 1u);
}

TEST(FlatIndex, AHandleTakesThePlaceOfAnother) {
  FlatIndex index;
  index.insert(42, 1);
  index.insert(42, 2);
  index.replace(42, 1, 7);
  EXPECT_EQ(index.find(42, [](std::uint32_t handle) { return handle == 1; }), FlatIndex::kNone);
  EXPECT_EQ(index.find(42, [](std::uint32_t handle) { return handle == 7; }), 7u);
  EXPECT_EQ(index.find(42, [](std::uint32_t handle) { return handle == 2; }), 2u);
  EXPECT_EQ(index.size(), 2u);
}

TEST(FlatIndex, FindsEveryOneOfVeryMany) {
  FlatIndex index;
  constexpr std::uint32_t kCount = 200'000;
  for (std::uint32_t i = 0; i < kCount; ++i) index.insert(Digest::mix(i), i);
  for (std::uint32_t i = 0; i < kCount; i += 2) index.erase(Digest::mix(i), i);
  for (std::uint32_t i = 0; i < kCount; ++i) {
    const std::uint32_t found =
        index.find(Digest::mix(i), [i](std::uint32_t handle) { return handle == i; });
    ASSERT_EQ(found, i % 2 == 0 ? FlatIndex::kNone : i);
  }
}

// Hashes of few values make long runs of neighbours, which is where deletion can go wrong; the
// largest ones crowd at the end.
std::uint64_t crowded_hash(std::uint64_t key) { return key % 13; }
std::uint64_t last_hash(std::uint64_t key) { return 0xffff'ffff - key % 3; }
std::uint64_t spread_hash(std::uint64_t key) { return Digest::mix(key); }

void behaves_like_a_map(std::uint64_t seed, std::uint64_t (*hash)(std::uint64_t)) {
  Random random(seed, "index", "test");
  FlatIndex index;
  std::vector<std::uint64_t> keys;  // by handle
  std::map<std::uint64_t, std::uint32_t> reference;
  for (int step = 0; step < 4000; ++step) {
    const std::uint64_t key = random.below(120);
    const auto known = reference.find(key);
    const std::uint32_t found =
        index.find(hash(key), [&](std::uint32_t handle) { return keys[handle] == key; });
    ASSERT_EQ(found, known == reference.end() ? FlatIndex::kNone : known->second)
        << "seed " << seed << ", step " << step;
    if (known != reference.end()) {
      index.erase(hash(key), known->second);
      reference.erase(known);
    } else {
      keys.push_back(key);
      const auto handle = static_cast<std::uint32_t>(keys.size() - 1);
      index.insert(hash(key), handle);
      reference[key] = handle;
    }
    ASSERT_EQ(index.size(), reference.size()) << "seed " << seed << ", step " << step;
  }
}

TEST(FlatIndex, BehavesLikeAMapOnRandomInput) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    behaves_like_a_map(seed, crowded_hash);
    behaves_like_a_map(seed, last_hash);
    behaves_like_a_map(seed, spread_hash);
  }
}

}  // namespace
}  // namespace stayalive
