// SPDX-License-Identifier: Apache-2.0
#include "base/ring.h"

#include <gtest/gtest.h>

#include <deque>

#include "base/random.h"

namespace stayalive {
namespace {

TEST(Ring, GivesBackInTheOrderOfPushing) {
  Ring<int> ring;
  for (int i = 0; i < 100; ++i) ring.push(i);
  EXPECT_EQ(ring.front(), 0);
  EXPECT_EQ(ring.back(), 99);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(ring.pop(), i);
  EXPECT_TRUE(ring.empty());
}

TEST(Ring, AgreesWithADequeWhateverIsDone) {
  Random random(1, "ring", "test");
  Ring<std::uint64_t> ring;
  std::deque<std::uint64_t> reference;
  for (int step = 0; step < 20'000; ++step) {
    // It grows in the first half and shrinks in the second, round and round its memory.
    if (reference.empty() || random.below(20'000) > static_cast<std::uint64_t>(step)) {
      ring.push(reference.emplace_back(random.next()));
    } else {
      EXPECT_EQ(ring.pop(), reference.front());
      reference.pop_front();
    }
    ASSERT_EQ(ring.size(), reference.size());
    if (reference.empty()) continue;
    const std::size_t position = random.below(reference.size());
    ASSERT_EQ(ring[position], reference[position]);
  }
}

}  // namespace
}  // namespace stayalive
