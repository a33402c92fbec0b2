// SPDX-License-Identifier: Apache-2.0
#include "stack/timer/retransmission_limit.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

TEST(RetransmissionLimit, FifteenRetriesAre924SecondsAndSixTenths) {
  EXPECT_EQ(retransmission_limit(15, 200ms, 120s), 924'600ms);
}

TEST(RetransmissionLimit, FewRetriesDoubleFromTheMinimum) {
  EXPECT_EQ(retransmission_limit(0, 200ms, 120s), 200ms);
  EXPECT_EQ(retransmission_limit(3, 200ms, 120s), 3s);
  EXPECT_EQ(retransmission_limit(8, 200ms, 120s), 102'200ms);
}

TEST(RetransmissionLimit, DoublingEndsAtTheLongest) {
  EXPECT_EQ(retransmission_limit(9, 200ms, 120s), 204'600ms);
  EXPECT_EQ(retransmission_limit(10, 200ms, 120s), 324'600ms);
  EXPECT_EQ(retransmission_limit(2, 1s, 500ms), 1s + 2 * 500ms);
}

}  // namespace
}  // namespace stayalive
