// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <utility>
#include <vector>

#include "base/check.h"

namespace stayalive {

// Contiguous storage with stable 32-bit handles.  A freed slot is handed out again before the slab
// grows, so a steady state allocates nothing.  Freeing does not destroy the value; it is
// overwritten on reuse.
template <class T>
class Slab {
 public:
  std::uint32_t add(T value) {
    if (free_.empty()) {
      CHECK(items_.size() < 0xffff'ffff, "a slab holds fewer than 2^32 items");
      items_.push_back(std::move(value));
      return static_cast<std::uint32_t>(items_.size() - 1);
    }
    const std::uint32_t handle = free_.back();
    free_.pop_back();
    items_[handle] = std::move(value);
    return handle;
  }
  void remove(std::uint32_t handle) { free_.push_back(handle); }
  T& operator[](std::uint32_t handle) { return items_[handle]; }
  const T& operator[](std::uint32_t handle) const { return items_[handle]; }
  std::size_t size() const { return items_.size() - free_.size(); }

 private:
  std::vector<T> items_;
  std::vector<std::uint32_t> free_;
};

}  // namespace stayalive
