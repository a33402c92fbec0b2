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
  Ring(Ring&&) noexcept = default;
  Ring& operator=(Ring&&) noexcept = default;

  bool empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }

  // Room for one more item, which still holds what an earlier one has left there.
  T& push() {
    if (room_ == room_end_) [[unlikely]]
      turn_page();
    ++size_;
    return *room_++;
  }
  // There must be one.
  T& front() { return *front_; }
  const T& front() const { return *front_; }
  void pop() {
    CHECK(size_ > 0, "an item is taken only from a ring that has one");
    --size_;
    if (++front_ == front_end_) [[unlikely]]
      read(reading_->next);
  }
  // The item that `position` others precede; position < size().
  const T& operator[](std::size_t position) const {
    const auto here = static_cast<std::size_t>(front_end_ - front_);
    if (position < here) return front_[position];
    position -= here;
    const Page* page = reading_->next;
    for (; position >= kPageItems; position -= kPageItems) page = page->next;
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
  [[gnu::noinline]] void turn_page() {
    if (writing_ == nullptr) {
      Page* only = add_page();
      only->next = only;
      write(only);
      return read(only);
    }
    if (size_ > 0 && writing_->next == reading_) {
      Page* fresh = add_page();
      fresh->next = writing_->next;
      writing_->next = fresh;
    }
    write(writing_->next);
  }
  Page* add_page() { return pages_.emplace_back(std::make_unique<Page>()).get(); }
  void read(Page* page) {
    reading_ = page;
    front_ = page->items.data();
    front_end_ = front_ + kPageItems;
  }
  void write(Page* page) {
    writing_ = page;
    room_ = page->items.data();
    room_end_ = room_ + kPageItems;
  }

  T* front_ = nullptr;  // the first item, and where the page that is read ends
  T* front_end_ = nullptr;
  T* room_ = nullptr;  // for the next item, and where the page that is written ends
  T* room_end_ = nullptr;
  std::size_t size_ = 0;
  Page* reading_ = nullptr;
  Page* writing_ = nullptr;
  std::vector<std::unique_ptr<Page>> pages_;
};

}  // namespace stayalive
