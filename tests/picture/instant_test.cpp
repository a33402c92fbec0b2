// SPDX-License-Identifier: Apache-2.0
#include "picture/instant.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

TEST(Instant, IsTheTimeSinceTheBeginningOfTheRunToTheMillisecond) {
  EXPECT_EQ(print_instant(kStart), "0s");
  EXPECT_EQ(print_instant(kStart + 100min + 20ms), "1h40m0.02s");
  EXPECT_EQ(print_instant(kStart + 1ms + 499us), "1ms");
  EXPECT_EQ(print_instant(kStart + 1ms + 501us), "2ms");
}

}  // namespace
}  // namespace stayalive
