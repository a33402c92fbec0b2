// SPDX-License-Identifier: Apache-2.0
#include "document/brief.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

TEST(Brief, TheLongerTheSpanTheFewerItsDigits) {
  EXPECT_EQ(brief(21ms), "21ms");
  EXPECT_EQ(brief(999ms), "999ms");
  EXPECT_EQ(brief(59958ms), "59.96s");
  EXPECT_EQ(brief(1min + 230ms), "1m0.2s");
  EXPECT_EQ(brief(1h + 499ms), "1h");
  EXPECT_EQ(brief(kForever), "forever");
}

}  // namespace
}  // namespace stayalive
