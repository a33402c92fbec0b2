// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/time.h"

namespace stayalive {

// A heap of flows by time and, at equal times, by age: the order depends on what the flows are,
// not on when somebody looked.  Nothing is cancelled or moved; whoever pops an entry checks whether
// it still holds.
class FlowQueue {
 public:
  struct Entry {
    TimePoint at;
    std::uint32_t serial;
    std::uint32_t slot;
  };

  void push(Entry entry) {
    heap_.push_back(entry);
    std::push_heap(heap_.begin(), heap_.end(), after);
  }
  // The queue must not be empty.
  const Entry& first() const { return heap_.front(); }
  Entry pop() {
    std::pop_heap(heap_.begin(), heap_.end(), after);
    const Entry entry = heap_.back();
    heap_.pop_back();
    return entry;
  }
  bool empty() const { return heap_.empty(); }
  std::size_t size() const { return heap_.size(); }

  // Throws away the entries that no longer hold.
  template <class Stale>
  void compact(Stale stale) {
    std::erase_if(heap_, stale);
    std::make_heap(heap_.begin(), heap_.end(), after);
  }
  void clear() { heap_.clear(); }

 private:
  static bool after(const Entry& a, const Entry& b) {
    return a.at != b.at ? a.at > b.at : a.serial > b.serial;
  }
  std::vector<Entry> heap_;
};

}  // namespace stayalive
