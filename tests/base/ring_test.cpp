// SPDX-License-Identifier: Apache-2.0
#include "base/ring.h"

#include <gtest/gtest.h>

#include <deque>
#include <set>

#include "base/random.h"

namespace stayalive {
namespace {

// Small pages, so that few items go round the ring.
template <class T>
using SmallRing = Ring<T, 8 * sizeof(T)>;

TEST(Ring, GivesBackInTheOrderOfPushing) {
  SmallRing<int> ring;
  for (int i = 0; i < 100; ++i) ring.push() = i;
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(ring.front(), i);
    ring.pop();
  }
  EXPECT_TRUE(ring.empty());
}

TEST(Ring, AgreesWithADequeWhateverIsDone) {
  Random random(1, "ring", "test");
  SmallRing<std::uint64_t> ring;
  std::deque<std::uint64_t> reference;
  for (int step = 0; step < 20'000; ++step) {
    // It grows in the first half and shrinks in the second, round and round its memory.
    if (reference.empty() || random.below(20'000) > static_cast<std::uint64_t>(step)) {
      ring.push() = reference.emplace_back(random.next());
    } else {
      ring.pop();
      reference.pop_front();
    }
    ASSERT_EQ(ring.size(), reference.size());
    if (reference.empty()) continue;
    ASSERT_EQ(ring.front(), reference.front());
    const std::size_t position = random.below(reference.size());
    ASSERT_EQ(ring[position], reference[position]);
  }
}

TEST(Ring, FillsItsEmptiedPagesAgain) {
  SmallRing<int> ring;
  std::set<const int*> places;
  for (int i = 0; i < 1000; ++i) {
    places.insert(&(ring.push() = i));
    if (i < 20) continue;
    ring.pop();
  }
  EXPECT_LE(places.size(), 5u * 8u) << "twenty items and the one in the middle fit four pages";
}

TEST(Ring, LeavesAnItemWhereItIsWhileOthersCome) {
  SmallRing<int> ring;
  for (int round = 0; round < 50; ++round) {
    const int& first = ring.push() = round;
    for (int i = 0; i < round; ++i) ring.push() = -1;
    ASSERT_EQ(&ring.front(), &first);
    ASSERT_EQ(first, round);
    while (!ring.empty()) ring.pop();
  }
}

}  // namespace
}  // namespace stayalive
