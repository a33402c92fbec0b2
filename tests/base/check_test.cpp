// SPDX-License-Identifier: Apache-2.0
#include "base/check.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

TEST(Check, LetsATruePass) {
  CHECK(1 + 1 == 2, "arithmetic holds");
  DCHECK(1 + 1 == 2, "arithmetic holds");
}

TEST(Check, WorksAsTheOnlyStatementOfABranch) {
  bool reached = false;
  if (reached)
    CHECK(false, "this branch is not taken");
  else
    reached = true;
  EXPECT_TRUE(reached);
}

TEST(CheckDeathTest, PrintsTheConditionAndTheSentence) {
  EXPECT_DEATH(CHECK(2 < 1, "two is less than one"), "CHECK\\(2 < 1\\) failed: two is less than");
}

}  // namespace
}  // namespace stayalive
