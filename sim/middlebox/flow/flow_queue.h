// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "base/slab.h"
#include "base/time.h"

namespace stayalive {

// Flows by time and, at equal times, by age: the order depends on what the flows are, not on when
// somebody looked.  Nothing is cancelled; whoever pops an entry checks whether it still holds, or
// tells to when it has been put off.
//
// What is due soon lies in a heap.  What is due later lies unsorted in buckets, as in a radix
// queue: by the highest digit in which its tick, of 17 ms, differs from the present one.  A bucket
// is spread, or becomes the heap, when nothing earlier is left.  Buckets are chains of chunks, so
// that an entry takes its 16 bytes and little more.
//
// Most entries have been put off by the time they come due.  So pop_until() asks each entry of a
// bucket that it spreads for its time, and puts what has been put off to where it belongs by then:
// everything that is due about a second or a minute after the first takes one step all together,
// and few entries ever come to the heap.
class FlowQueue {
 public:
  struct Entry {
    TimePoint at;
    std::uint32_t serial;
    std::uint32_t slot;
  };

  void push(Entry entry) {
    ++size_;
    next_ = std::min(next_, entry.at);
    place(entry);
  }
  // The time of the first entry; kNever when there is none.
  TimePoint next() const { return next_; }
  // The queue must not be empty.
  Entry pop() {
    while (soon_.empty()) {
      advance([&](std::span<const Entry> entries) {
        for (const Entry& entry : entries) place(entry);
      });
    }
    std::pop_heap(soon_.begin(), soon_.end(), after);
    const Entry entry = soon_.back();
    soon_.pop_back();
    --size_;
    next_ = first();
    return entry;
  }
  // The first entry that is due at or before `limit` and has not been put off; empty when there is
  // none.  put_off(entry) tells when the entry is due by now, not before its time; kNever when it
  // does not hold any more.  It may be asked about entries that are due later, too, and
  // foresee(slot) tells of some that it is going to be asked about.
  template <class Foresee, class PutOff>
  std::optional<Entry> pop_until(TimePoint limit, Foresee foresee, PutOff put_off) {
    while (next_ <= limit && size_ > 0) {
      if (soon_.empty()) {
        advance([&](std::span<const Entry> entries) {
          for (const Entry& entry : entries) foresee(entry.slot);
          for (const Entry& entry : entries) move(entry, put_off(entry));
        });
        next_ = first();
        continue;
      }
      const Entry entry = pop();
      const TimePoint at = put_off(entry);
      if (at == entry.at) return entry;
      if (at != kNever) push({at, entry.serial, entry.slot});
    }
    return std::nullopt;
  }
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

  // Throws away the entries that no longer hold.
  template <class Stale>
  void compact(Stale stale) {
    std::vector<Entry> kept = soon_;
    while (first_level() < kLevels)
      take_first_bucket([&](std::span<const Entry> entries) {
        kept.insert(kept.end(), entries.begin(), entries.end());
      });
    std::erase_if(kept, stale);
    soon_.clear();
    size_ = 0;
    next_ = kNever;
    for (const Entry& entry : kept) push(entry);
  }
  void clear() { *this = {}; }

 private:
  static constexpr int kTickBits = 24;
  static constexpr int kDigitBits = 6;
  static constexpr std::size_t kDigits = 1u << kDigitBits;
  static constexpr std::size_t kLevels = 7;  // 24 + 7 * 6 bits are more than a time has
  static constexpr std::uint32_t kNoChunk = 0xffff'ffff;

  struct Chunk {
    std::array<Entry, 15> entries;
    std::uint32_t used = 0;
    std::uint32_t next = kNoChunk;
  };
  struct Bucket {
    TimePoint first = kNever;
    std::uint32_t chunks = kNoChunk;
  };

  static bool after(const Entry& a, const Entry& b) {
    return a.at != b.at ? a.at > b.at : a.serial > b.serial;
  }
  static std::uint64_t tick_of(TimePoint at) {
    return static_cast<std::uint64_t>(at.time_since_epoch().count()) >> kTickBits;
  }

  void place(const Entry& entry) {
    const std::uint64_t tick = tick_of(entry.at);
    if (tick <= present_) {
      soon_.push_back(entry);
      std::push_heap(soon_.begin(), soon_.end(), after);
      return;
    }
    std::size_t level = 0;
    std::uint64_t leading = tick;
    for (std::uint64_t rest = tick ^ present_; rest >= kDigits; rest >>= kDigitBits) {
      leading >>= kDigitBits;
      ++level;
    }
    const std::size_t digit = leading & (kDigits - 1);
    if (buckets_.empty()) buckets_.resize(kLevels * kDigits);
    Bucket& bucket = buckets_[level * kDigits + digit];
    occupied_[level] |= std::uint64_t{1} << digit;
    bucket.first = std::min(bucket.first, entry.at);
    if (bucket.chunks == kNoChunk || chunks_[bucket.chunks].used == Chunk{}.entries.size()) {
      Chunk fresh;
      fresh.next = bucket.chunks;
      bucket.chunks = chunks_.add(fresh);
    }
    Chunk& chunk = chunks_[bucket.chunks];
    chunk.entries[chunk.used++] = entry;
  }

  // The level of the earliest bucket; kLevels when all are empty.
  std::size_t first_level() const {
    std::size_t level = 0;
    while (level < kLevels && occupied_[level] == 0) ++level;
    return level;
  }
  std::size_t first_digit(std::size_t level) const {
    return static_cast<std::size_t>(std::countr_zero(occupied_[level]));
  }
  TimePoint first_bucket_at() const {
    const std::size_t level = first_level();
    return level == kLevels ? kNever : buckets_[level * kDigits + first_digit(level)].first;
  }
  TimePoint first() const { return soon_.empty() ? first_bucket_at() : soon_.front().at; }

  // Empties the earliest bucket into `put`, some entries at a time; it may fill others.
  template <class Put>
  void take_first_bucket(Put put) {
    const std::size_t level = first_level();
    const std::size_t digit = first_digit(level);
    occupied_[level] &= occupied_[level] - 1;
    std::uint32_t taken = std::exchange(buckets_[level * kDigits + digit], {}).chunks;
    while (taken != kNoChunk) {
      const Chunk& chunk = chunks_[taken];
      put(std::span(chunk.entries.data(), chunk.used));
      const std::uint32_t next = chunk.next;
      chunks_.remove(taken);
      taken = next;
    }
  }

  // Makes the first tick of the earliest bucket the present one, and empties that into `put`.
  template <class Put>
  void advance(Put put) {
    const std::size_t level = first_level();
    const int shift = kDigitBits * static_cast<int>(level);
    const std::uint64_t higher = present_ >> shift >> kDigitBits << kDigitBits;
    present_ = (higher | first_digit(level)) << shift;
    take_first_bucket(put);
  }

  // Puts an entry that has been taken out to where it belongs by now.
  void move(const Entry& entry, TimePoint at) {
    if (at == kNever) {
      --size_;
    } else {
      place({at, entry.serial, entry.slot});
    }
  }

  std::vector<Entry> soon_;  // a heap
  std::vector<Bucket> buckets_;
  std::array<std::uint64_t, kLevels> occupied_{};  // by level: which buckets are not empty
  Slab<Chunk> chunks_;
  std::uint64_t present_ = 0;  // what is due in this tick or before is soon
  TimePoint next_ = kNever;
  std::size_t size_ = 0;
};

}  // namespace stayalive
