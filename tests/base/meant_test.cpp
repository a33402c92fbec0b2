// SPDX-License-Identifier: Apache-2.0
#include "base/meant.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

TEST(Meant, ASpanWithoutAUnitIsInSecondsAndOneInWordsIsWhatTheySay) {
  EXPECT_EQ(meant_span("60"), "60s");
  EXPECT_EQ(meant_span("1.5"), "1.5s");
  EXPECT_EQ(meant_span("10 min"), "10m");
  EXPECT_EQ(meant_span("10min"), "10m");
  EXPECT_EQ(meant_span("1hour"), "1h");
  EXPECT_EQ(meant_span(" 1 Hour, 30 minutes "), "1h30m");
  EXPECT_EQ(meant_span("250 msecs"), "250ms");
  EXPECT_EQ(meant_span("2 Days"), "2d");
  for (const char* text : {"", " ", "min", "-5", "5 apples", "5 min 1 hour", "5x", "1..2", "1e3"}) {
    EXPECT_EQ(meant_span(text), "") << text;
  }
}

TEST(Meant, ARatioIsAFractionOfOneOrInPercent) {
  EXPECT_EQ(meant_ratio("0.01"), "1%");
  EXPECT_EQ(meant_ratio("0.005"), "0.5%");
  EXPECT_EQ(meant_ratio("0.5"), "50%");
  EXPECT_EQ(meant_ratio("0"), "0%");
  EXPECT_EQ(meant_ratio("1"), "100%");
  EXPECT_EQ(meant_ratio("2 %"), "2%");
  EXPECT_EQ(meant_ratio("5 percent"), "5%");
  EXPECT_EQ(meant_ratio("5"), "5%");
  for (const char* text : {"", "500", "1.5.2", "-1", "1 in 100"}) {
    EXPECT_EQ(meant_ratio(text), "") << text;
  }
}

TEST(Meant, ARateIsInBits) {
  EXPECT_EQ(meant_rate("10 Mbit/s"), "10Mbps");
  EXPECT_EQ(meant_rate("64k"), "64kbps");
  EXPECT_EQ(meant_rate("1Gbit"), "1Gbps");
  EXPECT_EQ(meant_rate("1000000"), "1000000bps");
  for (const char* text : {"", "10 MB", "10 apples", "0"}) EXPECT_EQ(meant_rate(text), "") << text;
}

}  // namespace
}  // namespace stayalive
