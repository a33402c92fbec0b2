// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <map>
#include <vector>

#include "base/check.h"

namespace stayalive {

// Values that many have in common, each kept once, for as long as anybody uses it.  T has an order;
// which numbers the values get depends on nothing but the order of calls.
template <class T>
class Interned {
 public:
  // The number of an equal value; whoever asked uses it until release().
  std::uint32_t add(const T& value) {
    const auto [at, is_new] = numbers_.try_emplace(value, 0);
    if (is_new) at->second = place(&at->first);
    ++slots_[at->second].uses;
    return at->second;
  }
  // Whoever had it from add() uses it no more.
  void release(std::uint32_t number) {
    Slot& slot = slots_[number];
    CHECK(slot.uses > 0, "a value is released as often as it was added");
    if (--slot.uses > 0) return;
    numbers_.erase(numbers_.find(*slot.value));
    slot.value = nullptr;
    free_.push_back(number);
  }
  const T& operator[](std::uint32_t number) const { return *slots_[number].value; }
  // How many different values are in use.
  std::size_t size() const { return numbers_.size(); }

 private:
  struct Slot {
    const T* value = nullptr;
    std::uint32_t uses = 0;
  };
  std::uint32_t place(const T* value) {
    if (free_.empty()) {
      slots_.push_back({value, 0});
      return static_cast<std::uint32_t>(slots_.size() - 1);
    }
    const std::uint32_t number = free_.back();
    free_.pop_back();
    slots_[number].value = value;
    return number;
  }

  std::map<T, std::uint32_t> numbers_;  // its nodes stay where they are
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> free_;
};

}  // namespace stayalive
