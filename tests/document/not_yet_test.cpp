// SPDX-License-Identifier: Apache-2.0
#include "document/not_yet.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

TEST(NotYet, NamesTheInstantOrTheSpanUntilWhichItWasWatched) {
  EXPECT_EQ(not_by(kStart + 1h), "not by 1h");
  EXPECT_EQ(by_the_end(kStart + 90min), "by 1h30m, the end of the run");
  EXPECT_EQ(not_within(4h), "not within 4h");
}

}  // namespace
}  // namespace stayalive
