// SPDX-License-Identifier: Apache-2.0
#include "net/side.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

TEST(Side, EachHasAnOpposite) {
  EXPECT_EQ(opposite(Side::Internal), Side::External);
  EXPECT_EQ(opposite(Side::External), Side::Internal);
  EXPECT_EQ(index(Side::Internal), 0u);
  EXPECT_EQ(index(Side::External), 1u);
  EXPECT_STREQ(name(Side::Internal), "internal");
  EXPECT_STREQ(name(Side::External), "external");
}

}  // namespace
}  // namespace stayalive
