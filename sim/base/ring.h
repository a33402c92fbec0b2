// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "base/check.h"

namespace stayalive {

// First in, first out, in a ring of pages: an emptied page is filled again before another one is
// made, so that a steady state allocates nothing.  An item never moves, and may be used in place
// from its push to its pop.
template <class T, std::size_t kPageBytes = 4096>
class Ring {
 public:
  Ring() = default;
  Ring(Ring&&) = default;
  Ring& operator=(Ring&&) = default;

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

  // Room for one more item, which still holds what an earlier one has left there.
  T& push() {
    if (writing_ == nullptr || written_ == kPageItems) turn_page();
    ++size_;
    return writing_->items[written_++];
  }
  // There must be one.
  T& front() { return reading_->items[read_]; }
  const T& front() const { return reading_->items[read_]; }
  void pop() {
    CHECK(size_ > 0, "an item is taken only from a ring that has one");
    --size_;
    if (++read_ < kPageItems) return;
    read_ = 0;
    reading_ = reading_->next;
  }
  // The item that `position` others precede; position < size().
  const T& operator[](std::size_t position) const {
    const Page* page = reading_;
    for (position += read_; position >= kPageItems; position -= kPageItems) page = page->next;
    return page->items[position];
  }
  T& operator[](std::size_t position) { return const_cast<T&>(std::as_const(*this)[position]); }

 private:
  static constexpr std::size_t kPageItems = std::max<std::size_t>(4, kPageBytes / sizeof(T));
  struct Page {
    std::array<T, kPageItems> items;
    Page* next = nullptr;
  };

  // Goes on to the next page of the ring, or to a new one where that is still being read.
  void turn_page() {
    written_ = 0;
    if (writing_ == nullptr) {
      writing_ = reading_ = add_page();
      writing_->next = writing_;
      return;
    }
    if (size_ > 0 && writing_->next == reading_) {
      Page* fresh = add_page();
      fresh->next = writing_->next;
      writing_->next = fresh;
    }
    writing_ = writing_->next;
  }
  Page* add_page() { return pages_.emplace_back(std::make_unique<Page>()).get(); }

  std::vector<std::unique_ptr<Page>> pages_;
  Page* reading_ = nullptr;
  Page* writing_ = nullptr;
  std::size_t read_ = 0;     // items of the page that is read
  std::size_t written_ = 0;  // items of the page that is written
  std::size_t size_ = 0;
};

}  // namespace stayalive
