// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <utility>
#include <vector>

#include "base/check.h"

namespace stayalive {

// First in, first out, in one ring of memory that doubles when it is full and never shrinks, so
// that a steady state allocates nothing.
template <class T>
class Ring {
 public:
  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

  void push(T item) {
    if (size_ == items_.size()) grow();
    items_[(first_ + size_) & (items_.size() - 1)] = std::move(item);
    ++size_;
  }
  // There must be one.
  const T& front() const { return (*this)[0]; }
  const T& back() const { return (*this)[size_ - 1]; }
  T pop() {
    CHECK(size_ > 0, "an item is taken only from a ring that has one");
    T item = std::move(items_[first_]);
    first_ = (first_ + 1) & (items_.size() - 1);
    --size_;
    return item;
  }
  // The item that `position` others precede; position < size().
  const T& operator[](std::size_t position) const {
    return items_[(first_ + position) & (items_.size() - 1)];
  }

 private:
  static constexpr std::size_t kFirstSize = 16;  // a power of two, as all that follow

  void grow() {
    std::vector<T> larger(items_.empty() ? kFirstSize : 2 * items_.size());
    for (std::size_t i = 0; i < size_; ++i)
      larger[i] = std::move(items_[(first_ + i) & (items_.size() - 1)]);
    items_ = std::move(larger);
    first_ = 0;
  }

  std::vector<T> items_;
  std::size_t first_ = 0;
  std::size_t size_ = 0;
};

}  // namespace stayalive
