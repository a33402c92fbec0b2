// SPDX-License-Identifier: Apache-2.0
#include "middlebox/flow_queue.h"

#include <gtest/gtest.h>

#include <set>
#include <tuple>

#include "base/random.h"

namespace stayalive {
namespace {

TEST(FlowQueue, AtOneInstantTheOldestComesFirst) {
  FlowQueue queue;
  EXPECT_TRUE(queue.empty());
  EXPECT_EQ(queue.next(), kNever);
  for (const std::uint32_t serial : {3u, 1u, 2u}) queue.push({kStart + 30s, serial, 10 + serial});
  EXPECT_EQ(queue.next(), kStart + 30s);
  for (const std::uint32_t serial : {1u, 2u, 3u}) {
    const FlowQueue::Entry entry = queue.pop();
    EXPECT_EQ(entry.serial, serial);
    EXPECT_EQ(entry.slot, 10 + serial);
  }
  EXPECT_EQ(queue.next(), kNever);
}

TEST(FlowQueue, TellsNeighbouringNanosecondsApartFarAhead) {
  FlowQueue queue;
  queue.push({TimePoint(Duration::max()) - 1ns, 1, 1});
  queue.push({kStart + 100h + 1ns, 2, 2});
  queue.push({kStart + 100h, 3, 3});
  EXPECT_EQ(queue.next(), kStart + 100h);
  EXPECT_EQ(queue.pop().serial, 3u);
  EXPECT_EQ(queue.next(), kStart + 100h + 1ns);
  EXPECT_EQ(queue.pop().serial, 2u);
  EXPECT_EQ(queue.pop().serial, 1u);
}

// Entries come in while others go, some of them before what has already gone.
TEST(FlowQueue, BehavesLikeASortedSetOnRandomInput) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) {
    Random random(seed, "flow queue", "test");
    FlowQueue queue;
    std::set<std::tuple<TimePoint, std::uint32_t, std::uint32_t>> reference;
    TimePoint now = kStart;
    for (std::uint32_t step = 1; step < 20'000; ++step) {
      SCOPED_TRACE("seed " + std::to_string(seed) + ", step " + std::to_string(step));
      const Duration reaches[] = {1us, 20ms, 2s, 30s, 432'000s};
      const TimePoint at = now + random.up_to(reaches[random.below(5)]);
      queue.push({at, step, 2 * step});
      reference.insert({at, step, 2 * step});
      if (random.below(3000) == 0) {
        queue.compact([](const FlowQueue::Entry& entry) { return entry.serial % 2 == 0; });
        std::erase_if(reference, [](const auto& entry) { return std::get<1>(entry) % 2 == 0; });
      }
      if (random.below(2) == 0) now += random.up_to(1s);
      while (!reference.empty() && (std::get<0>(*reference.begin()) <= now ||
                                    reference.size() > 300 + random.below(300))) {
        ASSERT_EQ(queue.next(), std::get<0>(*reference.begin()));
        const FlowQueue::Entry entry = queue.pop();
        ASSERT_EQ(std::tuple(entry.at, entry.serial, entry.slot), *reference.begin());
        reference.erase(reference.begin());
      }
      ASSERT_EQ(queue.size(), reference.size());
      ASSERT_EQ(queue.next(), reference.empty() ? kNever : std::get<0>(*reference.begin()));
    }
  }
}

}  // namespace
}  // namespace stayalive
