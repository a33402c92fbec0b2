// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/check.h"

namespace stayalive {

// An index from the hash of a key to a 32-bit handle; the keys themselves lie wherever the handles
// point.  Open addressing with a 32-bit tag beside each handle, so that a look-up rarely has to
// look at a key.  Deleting moves the followers back, so no tombstones pile up.  It cannot be
// iterated: no outcome can come to depend on the order of hashes.
class FlatIndex {
 public:
  static constexpr std::uint32_t kNone = 0xffff'ffff;

  // The handle under this hash for which equal(handle) holds; kNone when there is none.
  template <class Equal>
  std::uint32_t find(std::uint64_t hash, Equal equal) const {
    if (size_ == 0) return kNone;
    const std::uint32_t tag = tag_of(hash);
    for (std::size_t i = tag & mask(); cells_[i].handle != kNone; i = (i + 1) & mask()) {
      if (cells_[i].tag == tag && equal(cells_[i].handle)) return cells_[i].handle;
    }
    return kNone;
  }

  // The caller has made sure that the key is not in the index yet.
  void insert(std::uint64_t hash, std::uint32_t handle) {
    CHECK(handle != kNone, "the handle that means nothing cannot be indexed");
    if ((size_ + 1) * 8 > cells_.size() * 7) grow();
    place({tag_of(hash), handle});
    ++size_;
  }

  // Removes exactly this pair, which must be there.
  void erase(std::uint64_t hash, std::uint32_t handle) {
    CHECK(size_ > 0, "only what was indexed is erased");
    const std::uint32_t tag = tag_of(hash);
    std::size_t hole = tag & mask();
    while (cells_[hole].tag != tag || cells_[hole].handle != handle) {
      CHECK(cells_[hole].handle != kNone, "only what was indexed is erased");
      hole = (hole + 1) & mask();
    }
    // A follower may fill the hole unless that would put it before its home.
    for (std::size_t i = (hole + 1) & mask(); cells_[i].handle != kNone; i = (i + 1) & mask()) {
      const std::size_t from_home = (i - (cells_[i].tag & mask())) & mask();
      const std::size_t from_hole = (i - hole) & mask();
      if (from_home < from_hole) continue;
      cells_[hole] = cells_[i];
      hole = i;
    }
    cells_[hole].handle = kNone;
    --size_;
  }

  std::size_t size() const { return size_; }

 private:
  struct Cell {
    std::uint32_t tag = 0;
    std::uint32_t handle = kNone;
  };
  static_assert(sizeof(Cell) == 8);

  static std::uint32_t tag_of(std::uint64_t hash) {
    return static_cast<std::uint32_t>(hash ^ (hash >> 32));
  }
  std::size_t mask() const { return cells_.size() - 1; }

  void place(Cell cell) {
    std::size_t i = cell.tag & mask();
    while (cells_[i].handle != kNone) i = (i + 1) & mask();
    cells_[i] = cell;
  }

  void grow() {
    std::vector<Cell> old(cells_.empty() ? 16 : cells_.size() * 2);
    old.swap(cells_);
    for (const Cell& cell : old) {
      if (cell.handle != kNone) place(cell);
    }
  }

  std::vector<Cell> cells_;
  std::size_t size_ = 0;
};

}  // namespace stayalive
