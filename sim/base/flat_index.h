// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/check.h"

namespace stayalive {

// An index from the hash of a key to a 32-bit handle; the keys themselves lie wherever the handles
// point.  It cannot be iterated: no outcome can come to depend on the order of hashes.
//
// Open addressing with a 32-bit tag beside each handle, so that a look-up rarely has to look at a
// key.  Tags are spread over the cells in their own order, and cells are kept in that order, too:
// each as near behind its home as those before it allow.  So a look-up ends at the first tag that
// is not smaller, whether it finds anything or not, and finds that by counting instead of by
// branches that nobody could predict; deleting leaves no tombstones; and growing, for which the
// number of cells need not be a power of two, goes through old and new cells from end to end.  A
// cell takes 8 bytes, and up to seven of eight are in use.
class FlatIndex {
 public:
  static constexpr std::uint32_t kNone = 0xffff'ffff;

  // The handle under this hash for which equal(handle) holds; kNone when there is none.
  template <class Equal>
  std::uint32_t find(std::uint64_t hash, Equal equal) const {
    if (cells_.empty()) return kNone;
    const std::uint32_t tag = tag_of(hash);
    for (const Cell* cell = &cells_[first(tag)]; cell->holds(tag); ++cell) {
      if (equal(cell->handle)) return cell->handle;
    }
    return kNone;
  }

  // Brings near what find() will look at first.
  [[gnu::always_inline]] void prefetch(std::uint64_t hash) const {
    if (cells_.empty()) return;
    const Cell* cell = &cells_[home(tag_of(hash))];
    __builtin_prefetch(cell);
    __builtin_prefetch(cell + kStride - 1);
  }
  // The caller has made sure that the key is not in the index yet.
  void insert(std::uint64_t hash, std::uint32_t handle) {
    CHECK(handle != kNone, "the handle that means nothing cannot be indexed");
    if ((size_ + 1) * 8 > homes_ * 7) grow();
    const std::uint32_t tag = tag_of(hash);
    const std::size_t at = first(tag);
    std::size_t end = at;
    while (cells_[end].handle != kNone) ++end;
    keep_end_free(end);
    std::copy_backward(&cells_[at], &cells_[end], &cells_[end] + 1);
    cells_[at] = {tag, handle};
    ++size_;
  }

  // Puts another handle in the place of one, which must be there.
  void replace(std::uint64_t hash, std::uint32_t handle, std::uint32_t by) {
    CHECK(by != kNone, "the handle that means nothing cannot be indexed");
    cells_[cell_of(hash, handle)].handle = by;
  }

  // Removes exactly this pair, which must be there.
  void erase(std::uint64_t hash, std::uint32_t handle) {
    const std::size_t hole = cell_of(hash, handle);
    // Those behind it move up unless that would put them before their homes.
    std::size_t end = hole + 1;
    while (cells_[end].handle != kNone && home(cells_[end].tag) < end) ++end;
    std::copy(&cells_[hole] + 1, &cells_[end], &cells_[hole]);
    cells_[end - 1] = {};
    --size_;
  }

  // Makes room for so many at once, so that it need not grow until there are more.
  void reserve(std::size_t size) {
    const std::size_t homes = size * 8 / 7 + 1;
    if (homes > homes_) resize(homes);
  }

  std::size_t size() const { return size_; }

 private:
  // A free one comes after any other.
  struct Cell {
    std::uint32_t tag = 0xffff'ffff;
    std::uint32_t handle = kNone;
    bool holds(std::uint32_t its_tag) const { return tag == its_tag && handle != kNone; }
  };
  static_assert(sizeof(Cell) == 8);
  // From here on memory counts for more than the time to grow.
  static constexpr std::size_t kMany = 65536;
  // So many cells are looked at together.
  static constexpr std::size_t kStride = 4;

  static std::uint32_t tag_of(std::uint64_t hash) {
    return static_cast<std::uint32_t>(hash ^ (hash >> 32));
  }
  std::size_t home(std::uint32_t tag) const { return std::uint64_t{tag} * homes_ >> 32; }
  // The first cell with this tag or, when there is none, the one that it would take: as far behind
  // its home as there are smaller tags from there on.
  std::size_t first(std::uint32_t tag) const {
    const Cell* at = &cells_[home(tag)];
    std::ptrdiff_t before = kStride;
    while (before == kStride) {
      before = 0;
      for (std::size_t i = 0; i < kStride; ++i) before += at[i].tag < tag ? 1 : 0;
      at += before;
    }
    return static_cast<std::size_t>(at - cells_.data());
  }

  std::size_t cell_of(std::uint64_t hash, std::uint32_t handle) const {
    CHECK(size_ > 0, "only what was indexed is looked for by its handle");
    const std::uint32_t tag = tag_of(hash);
    std::size_t i = first(tag);
    while (cells_[i].tag != tag || cells_[i].handle != handle) {
      CHECK(cells_[i].holds(tag), "only what was indexed is looked for by its handle");
      ++i;
    }
    return i;
  }

  // Behind the last home there is room for what does not find any at its own.  The last cells are
  // always free, so that every search ends.
  static std::size_t with_room(std::size_t homes) { return homes + homes / 1024 + 32; }
  void keep_end_free(std::size_t taken) {
    if (taken + kStride < cells_.size()) return;
    const std::size_t longer = with_room(cells_.size());
    cells_.reserve(longer);
    cells_.resize(longer);
  }

  void grow() { resize(homes_ == 0 ? 16 : homes_ < kMany ? homes_ * 2 : homes_ + homes_ / 4); }
  void resize(std::size_t homes) {
    homes_ = homes;
    std::vector<Cell> old(with_room(homes_));
    old.swap(cells_);
    std::size_t next = 0;
    for (const Cell& cell : old) {
      if (cell.handle == kNone) continue;
      next = std::max(next, home(cell.tag));
      keep_end_free(next);
      cells_[next++] = cell;
    }
  }

  std::vector<Cell> cells_;
  std::size_t homes_ = 0;
  std::size_t size_ = 0;
};

}  // namespace stayalive
