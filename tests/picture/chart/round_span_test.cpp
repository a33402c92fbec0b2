// SPDX-License-Identifier: Apache-2.0
#include "picture/chart/round_span.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

TEST(RoundSpan, IsTheShortestOfWhichNoMoreFit) {
  EXPECT_EQ(round_span(1h, 8), 10min);
  EXPECT_EQ(round_span(80min, 8), 10min) << "eight of them";
  EXPECT_EQ(round_span(80min + 9min, 8), 10min);
  EXPECT_EQ(round_span(90min, 8), 30min) << "nine would be too many";
  EXPECT_EQ(round_span(1ns, 8), 1ns);
  EXPECT_EQ(round_span(30 * 24h, 8), 120h);
  EXPECT_LE(36500 * 24h / round_span(36500 * 24h, 8), 8);
}

}  // namespace
}  // namespace stayalive
