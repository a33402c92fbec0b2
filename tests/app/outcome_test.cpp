// SPDX-License-Identifier: Apache-2.0
#include "app/outcome.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

TEST(Outcome, IsFoundByEachOfItsNamesAndNoOther) {
  for (std::size_t i = 0; i < kOutcomeNames.size(); ++i) {
    ASSERT_TRUE(find_outcome(kOutcomeNames[i]).has_value());
    EXPECT_EQ(name(*find_outcome(kOutcomeNames[i])), kOutcomeNames[i]);
  }
  EXPECT_EQ(find_outcome("forgotten"), Outcome::Forgotten);
  EXPECT_FALSE(find_outcome("dead").has_value());
  EXPECT_FALSE(find_outcome("").has_value());
}

}  // namespace
}  // namespace stayalive
