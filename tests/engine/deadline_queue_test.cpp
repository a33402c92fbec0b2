// SPDX-License-Identifier: Apache-2.0
#include "engine/deadline_queue.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <tuple>
#include <vector>

#include "base/random.h"

namespace stayalive {
namespace {

TEST(DeadlineQueue, GivesTheEarliestFirst) {
  DeadlineQueue<int> queue;
  queue.push(kStart + 3s, 3);
  queue.push(kStart + 1s, 1);
  queue.push(kStart + 2s, 2);
  for (const int expected : {1, 2, 3}) {
    const auto entry = queue.pop_until(kNever);
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->item, expected);
    EXPECT_EQ(entry->at, kStart + expected * 1s);
  }
  EXPECT_FALSE(queue.pop_until(kNever));
  EXPECT_TRUE(queue.empty());
}

TEST(DeadlineQueue, KeepsTheOrderOfPushesAmongEquals) {
  DeadlineQueue<int> queue;
  for (int i = 0; i < 1000; ++i) queue.push(kStart + 5s, i);
  for (int i = 0; i < 1000; ++i) EXPECT_EQ(queue.pop_until(kNever)->item, i);
}

// Puts so many entries behind all others that the queue no longer keeps them in one row.
void crowd(DeadlineQueue<int>& queue) {
  for (int i = 0; i < 100; ++i) queue.push(kNever, 1000);
}

void expect_order_across_levels(DeadlineQueue<int>& queue) {
  // 5 s is far away when 0 and 1 are pushed and near when 2 and 3 are.
  queue.push(kStart + 5s, 0);
  queue.push(kStart + 5s - 1ns, -1);
  queue.push(kStart + 5s, 1);
  EXPECT_EQ(queue.pop_until(kNever)->item, -1);
  queue.push(kStart + 5s, 2);
  EXPECT_EQ(queue.pop_until(kNever)->item, 0);
  queue.push(kStart + 5s, 3);
  for (const int expected : {1, 2, 3}) EXPECT_EQ(queue.pop_until(kNever)->item, expected);
}

TEST(DeadlineQueue, KeepsThatOrderAcrossLevels) {
  DeadlineQueue<int> few;
  expect_order_across_levels(few);
  DeadlineQueue<int> many;
  crowd(many);
  expect_order_across_levels(many);
}

TEST(DeadlineQueue, KeepsTheOrderWhenItIsCrowdedAndEmptiedAgain) {
  DeadlineQueue<int> queue;
  for (int round = 0; round < 3; ++round) {
    const TimePoint begin = kStart + round * 10s;
    // The row holds 24; what is pushed at one instant comes in order from both sides of the edge.
    for (int i = 0; i < 30; ++i) queue.push(begin + (i % 2) * 1s, i);
    for (int i = 0; i < 30; i += 2) EXPECT_EQ(queue.pop_until(kNever)->item, i);
    for (int i = 1; i < 30; i += 2) EXPECT_EQ(queue.pop_until(kNever)->item, i);
    EXPECT_TRUE(queue.empty());
  }
}

TEST(DeadlineQueue, GivesNothingBeyondTheLimit) {
  DeadlineQueue<int> queue;
  queue.push(kStart + 5s, 1);
  EXPECT_FALSE(queue.pop_until(kStart));
  EXPECT_FALSE(queue.pop_until(kStart + 5s - 1ns));
  EXPECT_EQ(queue.size(), 1u);
  EXPECT_TRUE(queue.pop_until(kStart + 5s));
  EXPECT_EQ(queue.size(), 0u);
}

TEST(DeadlineQueue, ShowsTheFirstEntryAndKeepsIt) {
  DeadlineQueue<int> queue;
  EXPECT_EQ(queue.first_until(kNever), nullptr);
  queue.push(kStart + 5s, 1);
  EXPECT_EQ(queue.first_until(kStart + 5s - 1ns), nullptr);
  ASSERT_NE(queue.first_until(kStart + 5s), nullptr);
  EXPECT_EQ(queue.first_until(kStart + 5s)->item, 1);
  EXPECT_EQ(queue.size(), 1u);
  EXPECT_EQ(queue.pop_until(kStart + 5s)->item, 1);
  queue.push(kStart + 6s, 2);
  EXPECT_EQ(queue.first_until(kStart + 5s), nullptr) << "what was first before is gone";
  EXPECT_EQ(queue.first_until(kStart + 6s)->item, 2);
}

TEST(DeadlineQueue, TakesAnEarlierEntryAfterALimitWasRefused) {
  DeadlineQueue<int> queue;
  queue.push(kStart + 5s, 5);
  ASSERT_FALSE(queue.pop_until(kStart + 4s));
  queue.push(kStart + 1s, 1);
  EXPECT_EQ(queue.pop_until(kNever)->item, 1);
  EXPECT_EQ(queue.pop_until(kNever)->item, 5);
}

TEST(DeadlineQueue, TakesThePresentAndTheEndOfTime) {
  DeadlineQueue<int> queue;
  queue.push(kNever, 9);
  queue.push(kStart, 1);
  EXPECT_EQ(queue.pop_until(kStart)->item, 1);
  queue.push(kStart, 2);
  EXPECT_EQ(queue.pop_until(kStart)->item, 2);
  EXPECT_FALSE(queue.pop_until(kNever - 1ns));
  EXPECT_EQ(queue.pop_until(kNever)->item, 9);
}

TEST(DeadlineQueue, CrossesEveryLevelOnTheNanosecond) {
  DeadlineQueue<int> queue;
  crowd(queue);
  std::vector<TimePoint> times;
  for (int level = 1; level < 8; ++level) {
    const Duration edge{std::int64_t{1} << (8 * level)};
    for (const Duration offset : {-1ns, 0ns, 1ns}) times.push_back(kStart + edge + offset);
  }
  for (std::size_t i = times.size(); i > 0; --i) queue.push(times[i - 1], static_cast<int>(i - 1));
  for (std::size_t i = 0; i < times.size(); ++i) {
    if (i > 0) {
      ASSERT_FALSE(queue.pop_until(times[i] - 1ns));
    }
    const auto entry = queue.pop_until(times[i]);
    ASSERT_TRUE(entry);
    EXPECT_EQ(entry->at, times[i]);
    EXPECT_EQ(entry->item, static_cast<int>(i));
  }
}

TEST(DeadlineQueue, MovesItemsThatCannotBeCopied) {
  DeadlineQueue<std::unique_ptr<int>> queue;
  queue.push(kStart + 10s, std::make_unique<int>(1));
  queue.push(kStart + 20s, std::make_unique<int>(2));
  EXPECT_EQ(*queue.pop_until(kNever)->item, 1);
  EXPECT_EQ(*queue.pop_until(kNever)->item, 2);
}

// The entries as a walk shows them; odd items are hidden.
std::vector<std::uint64_t> shown_by(DeadlineQueue<int>& queue) {
  std::vector<StateField> notes;
  StateWalk walk(notes);
  queue.walk(
      walk, [](int item) { return item % 2 != 0; }, [&](int& item) { walk.still(item); });
  std::vector<std::uint64_t> bits;
  for (const StateField& field : notes) bits.push_back(field.bits);
  return bits;
}

TEST(DeadlineQueue, IsWalkedInTheOrderInWhichEntriesWillCome) {
  DeadlineQueue<int> queue;
  for (const int at : {70'000, 304, 65'000, 2, 301, 300, 304}) {
    queue.push(kStart + at * 1ns, at);
    queue.push(kStart + at * 1ns, at + 2);
  }
  std::vector<std::uint64_t> expected{12};
  for (const std::uint64_t at : {2u, 300u, 304u, 304u, 65'000u, 70'000u})
    expected.insert(expected.end(), {at, at, at, at + 2});
  EXPECT_EQ(shown_by(queue), expected);
  EXPECT_EQ(shown_by(queue), expected) << "a walk changes nothing";
  EXPECT_EQ(queue.pop_until(kNever)->item, 2);
  expected.erase(expected.begin() + 1, expected.begin() + 3);
  expected[0] = 11;
  EXPECT_EQ(shown_by(queue), expected);
}

TEST(DeadlineQueue, GivesItsEntriesLaterWhenAWalkPutsThemForward) {
  DeadlineQueue<int> queue;
  for (const int at : {70'000, 300, 1, 300}) queue.push(kStart + at * 1ns, at);
  std::vector<StateField> notes;
  StateWalk noting(notes);
  const auto hidden = [](int item) { return item % 2 != 0; };
  queue.walk(noting, hidden, [](int&) {});
  for (std::size_t i = 1; i < notes.size(); ++i) notes[i].bits += std::uint64_t{1'000'000'000};
  StateWalk forward{std::span<const StateField>(notes)};
  queue.walk(forward, hidden, [](int&) {});
  EXPECT_EQ(queue.size(), 3u) << "what is hidden is lost";
  EXPECT_FALSE(queue.pop_until(kStart + 1s + 300ns - 1ns));
  EXPECT_EQ(queue.pop_until(kStart + 1s + 300ns)->item, 300);
  EXPECT_EQ(queue.pop_until(kStart + 1s + 300ns)->item, 300);
  EXPECT_EQ(queue.pop_until(kNever)->at, kStart + 1s + 70'000ns);
}

TEST(DeadlineQueueDeathTest, RefusesThePast) {
  DeadlineQueue<int> queue;
  queue.push(kStart + 5s, 1);
  ASSERT_TRUE(queue.pop_until(kNever));
  queue.push(kStart + 5s, 2);
  EXPECT_DEATH(queue.push(kStart + 5s - 1ns, 3), "nothing is scheduled before the present");
}

// A queue beside a std::multimap, which is sorted and keeps the order of equal keys.
class Race {
 public:
  explicit Race(std::uint64_t seed) : seed_(seed), random_(seed, "race", "queue") {}

  void run(int steps) {
    for (int step = 0; step < steps; ++step) {
      if (random_.chance({11, 20})) {
        push();
      } else {
        pop(limit());
      }
      ASSERT_EQ(queue_.size(), model_.size()) << "seed " << seed_ << " step " << step;
      if (testing::Test::HasFatalFailure()) return;
    }
    while (!model_.empty() && !testing::Test::HasFatalFailure()) pop(kNever);
    EXPECT_TRUE(queue_.empty()) << "seed " << seed_;
  }

 private:
  // Spans of every magnitude, and often the very same instant as others.
  Duration span() {
    switch (random_.below(4)) {
      case 0:
        return 0ns;
      case 1:
        return Duration{static_cast<std::int64_t>(random_.below(4)) * 1'000'000'000};
      case 2:
        return Duration{static_cast<std::int64_t>(random_.below(600))};
      default:
        return Duration{static_cast<std::int64_t>(random_.next() >> random_.between(4, 60))};
    }
  }
  TimePoint limit() { return random_.chance({1, 8}) ? kNever : later(now_, span()); }
  void push() {
    const TimePoint at = later(now_, span());
    queue_.push(at, next_);
    model_.emplace(at, next_);
    ++next_;
  }
  void pop(TimePoint limit) {
    const auto entry = queue_.pop_until(limit);
    const bool due = !model_.empty() && model_.begin()->first <= limit;
    ASSERT_EQ(entry.has_value(), due) << "seed " << seed_;
    if (!due) return;
    ASSERT_EQ(std::tie(entry->at, entry->item),
              std::tie(model_.begin()->first, model_.begin()->second))
        << "seed " << seed_;
    now_ = entry->at;
    model_.erase(model_.begin());
  }

  std::uint64_t seed_;
  Random random_;
  DeadlineQueue<int> queue_;
  std::multimap<TimePoint, int> model_;
  TimePoint now_ = kStart;
  int next_ = 0;
};

TEST(DeadlineQueue, AgreesWithAMultimapOnRandomUse) {
  for (std::uint64_t seed = 1; seed <= 60; ++seed) {
    Race(seed).run(3000);
    if (HasFatalFailure()) return;
  }
}

}  // namespace
}  // namespace stayalive
