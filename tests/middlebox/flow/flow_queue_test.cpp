// SPDX-License-Identifier: Apache-2.0
#include "middlebox/flow/flow_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

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

// What is due after putting off, by serial number; kNever for what holds no more.
using Deadlines = std::map<std::uint32_t, TimePoint>;

std::optional<FlowQueue::Entry> pop_until(FlowQueue& queue, TimePoint limit,
                                          const Deadlines& deadlines) {
  const auto foresee = [](std::uint32_t) {};
  return queue.pop_until(limit, foresee, [&](const FlowQueue::Entry& entry) {
    return std::max(entry.at, deadlines.at(entry.serial));
  });
}

TEST(FlowQueue, GivesWhatHasBeenPutOffAtItsNewTime) {
  FlowQueue queue;
  for (const std::uint32_t serial : {1u, 2u, 3u}) queue.push({kStart + 30s, serial, serial});
  const Deadlines deadlines{{1, kStart + 50s}, {2, kStart + 30s}, {3, kNever}};
  EXPECT_FALSE(pop_until(queue, kStart + 30s - 1ns, deadlines));
  EXPECT_EQ(pop_until(queue, kStart + 30s, deadlines)->serial, 2u);
  EXPECT_FALSE(pop_until(queue, kStart + 50s - 1ns, deadlines));
  EXPECT_EQ(queue.size(), 1u) << "what holds no more is gone";
  EXPECT_EQ(pop_until(queue, kNever, deadlines)->at, kStart + 50s);
  EXPECT_FALSE(pop_until(queue, kNever, deadlines));
}

// Flows that live for a minute and are refreshed every half: the queue is looked at about once in a
// second, and asks about each flow about once in half a minute.
TEST(FlowQueue, PutsNeighboursOffTogetherAndNoneMoreOftenThanNeeded) {
  constexpr std::uint32_t kFlows = 3000;
  Random random(1, "flow queue", "test");
  std::vector<TimePoint> opened;
  FlowQueue queue;
  for (std::uint32_t flow = 0; flow < kFlows; ++flow) {
    opened.push_back(kStart + random.up_to(30s));
    queue.push({opened[flow] + 60s, flow, flow});
  }
  std::uint32_t looks = 0;
  std::uint32_t asked = 0;
  std::uint32_t foreseen = 0;
  while (queue.next() <= kStart + 1h) {
    const TimePoint now = queue.next();
    ++looks;
    const auto foresee = [&](std::uint32_t) { ++foreseen; };
    const auto due = queue.pop_until(now, foresee, [&](const FlowQueue::Entry& entry) {
      ++asked;
      return std::max(entry.at, now - (now - opened[entry.slot]) % 30s + 60s);
    });
    ASSERT_FALSE(due) << "they are all refreshed in time";
    ASSERT_GT(queue.next(), now);
  }
  EXPECT_EQ(queue.size(), kFlows);
  EXPECT_LT(looks, 3600u);
  EXPECT_LT(asked, kFlows * (3600 / 30) * 11 / 10);
  EXPECT_GT(foreseen, asked * 99 / 100);
}

// Entries are put off, and dropped, at random; what comes out is what a sorted set says.
TEST(FlowQueue, FollowsWhatIsPutOffOnRandomInput) {
  Random random(3, "flow queue", "test");
  FlowQueue queue;
  Deadlines deadlines;
  std::set<std::pair<TimePoint, std::uint32_t>> reference;
  TimePoint now = kStart;
  for (std::uint32_t serial = 1; serial < 20'000; ++serial) {
    SCOPED_TRACE("step " + std::to_string(serial));
    const Duration reaches[] = {1us, 20ms, 2s, 30s, 3h};
    const TimePoint at = now + 1ns + random.up_to(reaches[random.below(5)]);
    queue.push({at, serial, serial});
    deadlines[serial] =
        random.below(10) == 0 ? kNever : at + random.up_to(reaches[random.below(5)]);
    if (deadlines[serial] != kNever) reference.insert({deadlines[serial], serial});
    if (random.below(2) == 0) now += random.up_to(1s);
    while (!reference.empty() && reference.begin()->first <= now) {
      const auto entry = pop_until(queue, now, deadlines);
      ASSERT_TRUE(entry);
      ASSERT_EQ(std::pair(entry->at, entry->serial), *reference.begin());
      reference.erase(reference.begin());
    }
    ASSERT_FALSE(pop_until(queue, now, deadlines));
    ASSERT_GT(queue.next(), now);
    ASSERT_LE(queue.next(), reference.empty() ? kNever : reference.begin()->first);
  }
}

}  // namespace
}  // namespace stayalive
