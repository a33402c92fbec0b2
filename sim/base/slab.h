// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/check.h"
#include "base/paged_array.h"

namespace stayalive {

// Storage with stable 32-bit handles; the values never move.  A freed slot is handed out again
// before the slab grows, so a steady state allocates nothing.  Freeing does not destroy the value;
// it is overwritten on reuse.
template <class T>
class Slab {
 public:
  std::uint32_t add(const T& value) {
    if (free_.empty()) {
      CHECK(slots_ < 0xffff'ffff, "a slab holds fewer than 2^32 items");
      items_.make(slots_) = value;
      return slots_++;
    }
    const std::uint32_t handle = free_.back();
    free_.pop_back();
    items_[handle] = value;
    return handle;
  }
  void remove(std::uint32_t handle) { free_.push_back(handle); }
  T& operator[](std::uint32_t handle) { return items_[handle]; }
  const T& operator[](std::uint32_t handle) const { return items_[handle]; }
  std::size_t size() const { return slots_ - free_.size(); }
  // Every handle that was ever handed out is smaller.
  std::uint32_t slots() const { return slots_; }

 private:
  PagedArray<T> items_;
  std::vector<std::uint32_t> free_;
  std::uint32_t slots_ = 0;
};

}  // namespace stayalive
