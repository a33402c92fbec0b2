// SPDX-License-Identifier: Apache-2.0
#include "middlebox/ending/sweep.h"

#include <gtest/gtest.h>

namespace stayalive::testing {
namespace {

TEST(Sweep, SweptTimesAreMultiplesOfTheInterval) {
  EXPECT_EQ(swept(kStart + 20s, 10s), kStart + 20s);
  EXPECT_EQ(swept(kStart + 20s + 1ns, 10s), kStart + 30s);
  EXPECT_EQ(swept(kStart + 20s - 1ns, 10s), kStart + 20s);
  EXPECT_EQ(swept(kStart + 20s - 1ns, 0s), kStart + 20s - 1ns);
  EXPECT_EQ(swept(kNever, 10s), kNever);
}

}  // namespace
}  // namespace stayalive::testing
