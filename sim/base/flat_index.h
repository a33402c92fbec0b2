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
//
// A cell takes 8 bytes, and up to seven of eight are in use.  Tags are spread over the cells in
// their own order, so that the number of cells need not be a power of two, and growing goes through
// old and new cells from end to end.
class FlatIndex {
 public:
  static constexpr std::uint32_t kNone = 0xffff'ffff;

  // The handle under this hash for which equal(handle) holds; kNone when there is none.
  template <class Equal>
  std::uint32_t find(std::uint64_t hash, Equal equal) const {
    if (cells_.empty()) return kNone;
    const std::uint32_t tag = tag_of(hash);
    for (std::size_t i = home(tag); cells_[i].handle != kNone; i = next(i)) {
      if (cells_[i].tag == tag && equal(cells_[i].handle)) return cells_[i].handle;
    }
    return kNone;
  }

  // Brings near what find() will look at first.
  [[gnu::always_inline]] void prefetch(std::uint64_t hash) const {
    if (!cells_.empty()) __builtin_prefetch(&cells_[home(tag_of(hash))]);
  }
  // The caller has made sure that the key is not in the index yet.
  void insert(std::uint64_t hash, std::uint32_t handle) {
    CHECK(handle != kNone, "the handle that means nothing cannot be indexed");
    if ((size_ + 1) * 8 > cells_.size() * 7) grow();
    place({tag_of(hash), handle});
    ++size_;
  }

  // Puts another handle in the place of one, which must be there.
  void replace(std::uint64_t hash, std::uint32_t handle, std::uint32_t by) {
    CHECK(by != kNone, "the handle that means nothing cannot be indexed");
    cells_[cell_of(hash, handle)].handle = by;
  }

  // Removes exactly this pair, which must be there.
  void erase(std::uint64_t hash, std::uint32_t handle) {
    std::size_t hole = cell_of(hash, handle);
    // A follower may fill the hole unless that would put it before its home.
    for (std::size_t i = next(hole); cells_[i].handle != kNone; i = next(i)) {
      if (distance(home(cells_[i].tag), i) < distance(hole, i)) continue;
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
  // From here on memory counts for more than the time to grow.
  static constexpr std::size_t kMany = 65536;

  static std::uint32_t tag_of(std::uint64_t hash) {
    return static_cast<std::uint32_t>(hash ^ (hash >> 32));
  }
  std::size_t home(std::uint32_t tag) const { return std::uint64_t{tag} * cells_.size() >> 32; }
  std::size_t next(std::size_t i) const { return i + 1 == cells_.size() ? 0 : i + 1; }
  // How many steps lead from one cell to another.
  std::size_t distance(std::size_t from, std::size_t to) const {
    return to >= from ? to - from : to + cells_.size() - from;
  }

  std::size_t cell_of(std::uint64_t hash, std::uint32_t handle) const {
    CHECK(size_ > 0, "only what was indexed is looked for by its handle");
    const std::uint32_t tag = tag_of(hash);
    std::size_t i = home(tag);
    while (cells_[i].tag != tag || cells_[i].handle != handle) {
      CHECK(cells_[i].handle != kNone, "only what was indexed is looked for by its handle");
      i = next(i);
    }
    return i;
  }

  void place(Cell cell) {
    std::size_t i = home(cell.tag);
    while (cells_[i].handle != kNone) i = next(i);
    cells_[i] = cell;
  }

  void grow() {
    const std::size_t before = cells_.size();
    const std::size_t after = before == 0 ? 16 : before < kMany ? before * 2 : before + before / 4;
    std::vector<Cell> old(after);
    old.swap(cells_);
    for (const Cell& cell : old) {
      if (cell.handle != kNone) place(cell);
    }
  }

  std::vector<Cell> cells_;
  std::size_t size_ = 0;
};

}  // namespace stayalive
