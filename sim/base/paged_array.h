// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace stayalive {

// An array in pages, made as they are needed: it grows without moving anything or holding a second
// copy, and a page to which nothing has been written takes no memory.
template <class T, std::size_t kPageBytes = 16384>
class PagedArray {
 public:
  // The item, which must lie on a page that has been made.
  T& operator[](std::uint32_t i) { return pages_[i / kPageItems][i % kPageItems]; }
  const T& operator[](std::uint32_t i) const { return pages_[i / kPageItems][i % kPageItems]; }
  // The item; its page is made when there is none.
  T& make(std::uint32_t i) {
    const std::size_t page = i / kPageItems;
    if (page >= pages_.size()) pages_.resize(page + 1);
    if (pages_[page] == nullptr) pages_[page] = std::make_unique<T[]>(kPageItems);
    return (*this)[i];
  }
  bool has(std::uint32_t i) const {
    const std::size_t page = i / kPageItems;
    return page < pages_.size() && pages_[page] != nullptr;
  }

 private:
  static constexpr std::size_t kPageItems =
      std::bit_floor(std::max<std::size_t>(1, kPageBytes / sizeof(T)));
  std::vector<std::unique_ptr<T[]>> pages_;
};

}  // namespace stayalive
