// SPDX-License-Identifier: Apache-2.0
#include "base/time.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

TEST(Time, StartsAtZero) {
  EXPECT_EQ(kStart.time_since_epoch(), 0ns);
  EXPECT_LT(kStart, kNever);
}

TEST(Time, LaterIsTheSumWhereTheSumFits) {
  EXPECT_EQ(later(kStart, 0ns), kStart);
  EXPECT_EQ(later(kStart + 5s, 350s), kStart + 355s);
  EXPECT_EQ(later(kStart, kForever - 1ns), kNever - 1ns);
}

TEST(Time, LaterStopsAtNeverInsteadOfOverflowing) {
  EXPECT_EQ(later(kStart, kForever), kNever);
  EXPECT_EQ(later(kStart + 1ns, kForever), kNever);
  EXPECT_EQ(later(kStart + 1ns, kForever - 1ns), kNever);
  EXPECT_EQ(later(kStart + 1ns, kForever - 2ns), kNever - 1ns);
  EXPECT_EQ(later(kNever, 0ns), kNever);
  EXPECT_EQ(later(kNever, 1ns), kNever);
  EXPECT_EQ(later(kNever - 1ns, 1ns), kNever);
  EXPECT_EQ(later(kNever - 1ns, 0ns), kNever - 1ns);
}

}  // namespace
}  // namespace stayalive
