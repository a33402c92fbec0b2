// SPDX-License-Identifier: Apache-2.0
#include "engine/event_digest.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace stayalive {
namespace {

using Coordinates = EventDigest::Coordinates;

std::uint64_t digest_of(std::uint64_t what, const Coordinates& place) {
  EventDigest digest;
  digest.add(what, place);
  return digest.value();
}

TEST(EventDigest, ChangesWithEveryPartOfAnEvent) {
  const std::uint64_t usual = digest_of(7, {1000, 3, 50});
  EXPECT_NE(usual, digest_of(8, {1000, 3, 50}));
  EXPECT_NE(usual, digest_of(7, {1001, 3, 50}));
  EXPECT_NE(usual, digest_of(7, {1000, 4, 50}));
  EXPECT_NE(usual, digest_of(7, {1000, 3, 51}));
  EXPECT_EQ(usual, digest_of(7, {1000, 3, 50}));
}

TEST(EventDigest, ChangesWhenTwoEventsTradePlaces) {
  EventDigest one;
  one.add(1, {1000, 0, 0});
  one.add(2, {1000, 1, 0});
  EventDigest other;
  other.add(2, {1000, 0, 0});
  other.add(1, {1000, 1, 0});
  EXPECT_NE(one.value(), other.value());
}

TEST(EventDigest, DoesNotCancelWhenOneIsEarlierAndTheOtherLater) {
  EventDigest one;
  one.add(1, {1000, 0, 0});
  one.add(1, {2000, 1, 0});
  EventDigest other;
  other.add(1, {1001, 0, 0});
  other.add(1, {1999, 1, 0});
  EXPECT_NE(one.value(), other.value());
}

TEST(EventDigest, SumsUpRepetitionsAsIfTheyHadComeOneByOne) {
  Random random(1, "digest", "test");
  for (const std::uint64_t times : {0u, 1u, 2u, 3u, 4u, 5u, 6u, 7u, 100u, 43'201u}) {
    const std::uint64_t what = random.next();
    const Coordinates first{random.next(), random.next(), random.next()};
    const Coordinates step{random.next(), random.next(), random.next()};
    EventDigest single;
    for (std::uint64_t k = 0; k < times; ++k) {
      single.add(what, {first.instant + k * step.instant, first.ordinal + k * step.ordinal,
                        first.sequence + k * step.sequence});
    }
    EventDigest repeated;
    repeated.add_repeated(what, first, step, times);
    EXPECT_EQ(repeated.value(), single.value()) << times;
  }
}

}  // namespace
}  // namespace stayalive
