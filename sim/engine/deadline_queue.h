// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <optional>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/state_walk.h"
#include "base/time.h"

namespace stayalive {

// A monotone radix queue: earliest first; among equals by T::order where there is one, then in
// order of push.
//
// A few entries lie in one sorted row.  When they become many they are spread, until none is left:
// an entry then lies at the level of the highest byte in which its time differs from the time last
// popped, in the bucket of that byte's value.  When a level runs empty, the first bucket above is
// spread over the levels below.  Every entry moves down at most seven times, and appending keeps
// the order of equal times without a sequence number.  There is no cancel: whoever pushed an entry
// checks, when it comes due, whether it still matters.
template <class T>
class DeadlineQueue {
 public:
  struct Entry {
    TimePoint at;
    T item;
  };

  // at must not lie before the last popped time.
  void push(TimePoint at, T item) {
    CHECK(at >= last_, "nothing is scheduled before the present");
    ++size_;
    if (size_ > kFew || size_ - 1 > few_.size()) return push_many(Entry{at, std::move(item)});
    // What comes soon is pushed most often, and lies last.
    Entry entry{at, std::move(item)};
    auto place = few_.end();
    while (place != few_.begin() && !comes_before(entry, *std::prev(place))) --place;
    few_.insert(place, std::move(entry));
    earliest_ = few_.back().at;
  }

  // The earliest entry, when it is due at or before `limit`; nullptr when none is.  It stays, and
  // the pointer is good until the next push or pop.  Asking again with a limit that no entry has
  // reached costs a comparison.
  const Entry* first_until(TimePoint limit) {
    if (size_ == 0 || earliest_ > limit) return nullptr;
    if (!few_.empty()) return &few_.back();
    if (occupied_[0].none() && !bring_down(limit)) return nullptr;
    Bucket& bucket = buckets_[0][occupied_[0].first()];
    if (!bucket.sorted) sort(bucket);
    const Entry& entry = bucket.entries[bucket.head];
    earliest_ = entry.at;
    return entry.at <= limit ? &entry : nullptr;
  }

  // Takes the earliest entry, when it is due at or before `limit`.
  std::optional<Entry> pop_until(TimePoint limit) {
    if (first_until(limit) == nullptr) return std::nullopt;
    return pop();
  }
  // Takes what first_until() has just shown.
  Entry pop() {
    if (!few_.empty()) return pop_few();
    const std::size_t slot = occupied_[0].first();
    Bucket& bucket = buckets_[0][slot];
    Entry entry = std::move(bucket.entries[bucket.head++]);
    last_ = entry.at;
    if (--size_ == 0) earliest_ = kNever;
    if (bucket.head == bucket.entries.size()) {
      bucket.entries.clear();
      bucket.head = 0;
      bucket.sorted = true;
      occupied_[0].reset(slot);
    }
    return entry;
  }

  // No entry is due before this; kNever when there is none.
  TimePoint lower_bound() const { return earliest_; }
  std::size_t size() const { return size_; }
  bool empty() const { return size_ == 0; }

  // The entries in their order, each shown to `show`, which walks through it; `hidden` ones are not
  // shown, and are lost when the walk puts the others forward.
  template <class Hidden, class Show>
  void walk(StateWalk& walk, Hidden hidden, Show show) {
    std::size_t shown = 0;
    for_each([&](Entry& entry) {
      if (!hidden(entry.item)) ++shown;
    });
    walk.still(shown);
    std::vector<Entry> forward;
    for_each([&](Entry& entry) {
      if (hidden(entry.item)) return;
      walk.instant(entry.at);
      show(entry.item);
      if (!walk.noting()) forward.push_back(std::move(entry));
    });
    if (walk.noting()) return;
    clear();
    for (Entry& entry : forward) push(entry.at, std::move(entry.item));
  }

 private:
  static constexpr std::size_t kLevels = 8;
  static constexpr std::size_t kFanout = 256;
  static constexpr std::size_t kFirstCapacity = 8;
  static constexpr std::size_t kFew = 24;
  static constexpr bool kOrdered = requires(const T& item) { item.order; };

  struct Bucket {
    std::vector<Entry> entries;
    std::size_t head = 0;
    // Where T has an order: the entries of one time are in it.  Counts in the lowest level.
    bool sorted = true;
    auto begin() { return entries.begin() + static_cast<std::ptrdiff_t>(head); }
  };
  struct Occupancy {
    std::array<std::uint64_t, 4> words{};
    void set(std::size_t i) { words[i / 64] |= std::uint64_t{1} << (i % 64); }
    void reset(std::size_t i) { words[i / 64] &= ~(std::uint64_t{1} << (i % 64)); }
    bool none() const { return (words[0] | words[1] | words[2] | words[3]) == 0; }
    std::size_t first() const {
      std::size_t word = 0;
      while (words[word] == 0) ++word;
      return word * 64 + static_cast<std::size_t>(std::countr_zero(words[word]));
    }
  };

  // Of two entries, whether the first comes first although it was pushed later.
  static bool comes_before(const Entry& a, const Entry& b) {
    if (a.at != b.at) return a.at < b.at;
    if constexpr (kOrdered) return a.item.order < b.item.order;
    return false;
  }

  Entry pop_few() {
    Entry entry = std::move(few_.back());
    few_.pop_back();
    last_ = entry.at;
    --size_;
    earliest_ = few_.empty() ? kNever : few_.back().at;
    return entry;
  }
  void push_many(Entry entry) {
    for (; !few_.empty(); few_.pop_back()) place(std::move(few_.back()));
    earliest_ = std::min(earliest_, entry.at);
    place(std::move(entry));
  }

  // In their order.
  template <class Look>
  void for_each(Look look) {
    for (auto entry = few_.rbegin(); entry != few_.rend(); ++entry) look(*entry);
    // The earliest first: whatever lies in a higher level is later, and so is a higher bucket.
    for (std::size_t level = 0; level < kLevels; ++level) {
      Occupancy left = occupied_[level];
      for (; !left.none(); left.reset(left.first())) {
        Bucket& bucket = buckets_[level][left.first()];
        put_in_order(bucket);
        for (auto entry = bucket.begin(); entry != bucket.entries.end(); ++entry) look(*entry);
      }
    }
  }

  // As if nothing had ever been pushed; the memory stays.
  void clear() {
    few_.clear();
    for (std::size_t level = 0; level < kLevels; ++level) {
      for (Occupancy& left = occupied_[level]; !left.none(); left.reset(left.first())) {
        Bucket& bucket = buckets_[level][left.first()];
        bucket.entries.clear();
        bucket.head = 0;
        bucket.sorted = true;
        if (level > 0) spares_.push_back(std::exchange(bucket.entries, {}));
      }
    }
    last_ = {};
    earliest_ = kNever;
    size_ = 0;
  }

  static void put_in_order(Bucket& bucket) {
    if (std::is_sorted(bucket.begin(), bucket.entries.end(), comes_before)) return;
    std::stable_sort(bucket.begin(), bucket.entries.end(), comes_before);
  }

  // The entries of a bucket of the lowest level all have one time.
  static void sort(Bucket& bucket) {
    if constexpr (kOrdered) {
      std::stable_sort(bucket.begin(), bucket.entries.end(),
                       [](const Entry& a, const Entry& b) { return a.item.order < b.item.order; });
    }
    bucket.sorted = true;
  }

  static std::uint64_t bits(TimePoint at) {
    return static_cast<std::uint64_t>(at.time_since_epoch().count());
  }

  void place(Entry entry) {
    const std::uint64_t differing = bits(entry.at) ^ bits(last_);
    const std::size_t level =
        differing == 0 ? 0 : static_cast<std::size_t>(63 - std::countl_zero(differing)) / 8;
    const std::size_t slot = bits(entry.at) >> (8 * level) & 0xff;
    Bucket& bucket = buckets_[level][slot];
    if constexpr (kOrdered) {
      if (bucket.entries.size() > bucket.head &&
          entry.item.order < bucket.entries.back().item.order)
        bucket.sorted = false;
    }
    if (bucket.entries.capacity() == 0) bucket.entries = spare();
    bucket.entries.push_back(std::move(entry));
    occupied_[level].set(slot);
  }

  // A bucket above the lowest level holds memory only while it holds entries, and the next one to
  // need some gets it, so that a steady state allocates nothing even where each bucket has its turn
  // once in years.
  std::vector<Entry> spare() {
    std::vector<Entry> entries;
    if (spares_.empty()) {
      entries.reserve(kFirstCapacity);
    } else {
      entries.swap(spares_.back());
      spares_.pop_back();
    }
    return entries;
  }

  // Spreads the earliest bucket over the lower levels, unless even its first entry lies beyond
  // limit.
  bool bring_down(TimePoint limit) {
    std::size_t level = 1;
    while (occupied_[level].none()) ++level;
    const std::size_t slot = occupied_[level].first();
    Bucket& bucket = buckets_[level][slot];
    TimePoint earliest = kNever;
    for (const Entry& entry : bucket.entries) earliest = std::min(earliest, entry.at);
    earliest_ = earliest;
    if (earliest > limit) return false;
    last_ = earliest;
    occupied_[level].reset(slot);
    for (Entry& entry : bucket.entries) place(std::move(entry));
    bucket.entries.clear();
    spares_.push_back(std::exchange(bucket.entries, {}));
    bucket.sorted = true;
    return true;
  }

  std::vector<Entry> few_;  // the earliest last; empty while entries lie in buckets
  std::array<std::array<Bucket, kFanout>, kLevels> buckets_{};
  std::vector<std::vector<Entry>> spares_;  // memory of emptied buckets
  std::array<Occupancy, kLevels> occupied_{};
  TimePoint last_{};
  TimePoint earliest_ = kNever;  // no entry is earlier
  std::size_t size_ = 0;
};

}  // namespace stayalive
