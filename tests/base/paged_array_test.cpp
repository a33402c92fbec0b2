// SPDX-License-Identifier: Apache-2.0
#include "base/paged_array.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

using Pages = PagedArray<std::uint64_t, 64>;  // of eight items

TEST(PagedArray, MakesOnlyThePagesThatAreNeeded) {
  Pages array;
  EXPECT_FALSE(array.has(0));
  array.make(20) = 7;
  EXPECT_FALSE(array.has(15));
  EXPECT_TRUE(array.has(16));
  EXPECT_TRUE(array.has(23));
  EXPECT_FALSE(array.has(24));
  EXPECT_EQ(array[20], 7u);
  EXPECT_EQ(array[16], 0u);
}

TEST(PagedArray, MovesNothingWhenItGrowsAndKeepsWhatWasMade) {
  Pages array;
  std::uint64_t& first = array.make(0);
  first = 5;
  for (std::uint32_t i = 1; i < 1000; ++i) array.make(i) = i;
  EXPECT_EQ(&first, &array[0]);
  EXPECT_EQ(array.make(0), 5u);
  EXPECT_EQ(array[999], 999u);
}

}  // namespace
}  // namespace stayalive
