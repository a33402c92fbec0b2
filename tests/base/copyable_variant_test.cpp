// SPDX-License-Identifier: Apache-2.0
#include "base/copyable_variant.h"

#include <gtest/gtest.h>

#include <cstddef>
#include <new>
#include <string>

namespace stayalive {
namespace {

bool memory_is_short = false;

// Gives nothing while memory is short.
template <class T>
struct ShortAllocator {
  using value_type = T;
  ShortAllocator() = default;
  template <class U>
  ShortAllocator(const ShortAllocator<U>&) noexcept {}
  T* allocate(std::size_t count) {
    if (memory_is_short) throw std::bad_alloc();
    return std::allocator<T>().allocate(count);
  }
  void deallocate(T* at, std::size_t count) { std::allocator<T>().deallocate(at, count); }
  friend bool operator==(const ShortAllocator&, const ShortAllocator&) { return true; }
};
using Text = std::basic_string<char, std::char_traits<char>, ShortAllocator<char>>;
using Fact = CopyableVariant<long, bool, Text>;

constexpr const char* kLong = "too long to lie in the string itself";

TEST(CopyableVariant, ACopyForWhichThereIsNoMemoryThrowsAndHarmsNothing) {
  const Fact fact = Text(kLong);
  Fact other = true;
  memory_is_short = true;
  EXPECT_THROW(Fact{fact}, std::bad_alloc);
  EXPECT_THROW(other = fact, std::bad_alloc);
  memory_is_short = false;
  EXPECT_EQ(std::get<bool>(other), true) << "as it was";
  EXPECT_EQ(std::get<Text>(Fact(fact)), kLong);
}

TEST(CopyableVariant, IsMovedWithoutACopy) {
  Fact fact = Text(kLong);
  memory_is_short = true;
  const Fact moved = std::move(fact);
  memory_is_short = false;
  EXPECT_EQ(std::get<Text>(moved), kLong);
  static_assert(std::is_nothrow_move_constructible_v<Fact>);
}

}  // namespace
}  // namespace stayalive
