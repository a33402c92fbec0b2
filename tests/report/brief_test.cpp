// SPDX-License-Identifier: Apache-2.0
#include "report/brief.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

TEST(Brief, ShowsFewerDigitsTheLongerASpanIs) {
  EXPECT_EQ(brief(0s), "0s");
  EXPECT_EQ(brief(999ms + 400us), "999ms");
  EXPECT_EQ(brief(1s + 4ms), "1s");
  EXPECT_EQ(brief(1s + 5ms), "1.01s");
  EXPECT_EQ(brief(1min + 49ms), "1m");
  EXPECT_EQ(brief(1min + 50ms), "1m100ms");
  EXPECT_EQ(brief(1h + 400ms), "1h");
  EXPECT_EQ(brief(1h + 600ms), "1h1s");
}

}  // namespace
}  // namespace stayalive
