// SPDX-License-Identifier: Apache-2.0
#include "report/sweep/axis_unit.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

AxisUnit unit_of_text(const char* text) { return unit_of(parse_axis(text).value()); }

TEST(AxisUnit, IsThatOfAllValuesTogether) {
  EXPECT_EQ(unit_of_text("a=30s,5m"), AxisUnit::Seconds);
  EXPECT_EQ(unit_of_text("a=0%,1/100"), AxisUnit::Ratio);
  EXPECT_EQ(unit_of_text("a=64kbps,10Mbps"), AxisUnit::BitsPerSecond);
  EXPECT_EQ(unit_of_text("a=30s,never"), AxisUnit::None) << "one of them is a word";
  EXPECT_EQ(unit_of_text("a=30s,1%"), AxisUnit::None) << "two units";
  EXPECT_EQ(unit_of_text("a=1,2"), AxisUnit::None) << "plain numbers";
}

TEST(AxisUnit, AValueIsANumberInIt) {
  const Axis axis = parse_axis("a=1m30s,10Mbps,2.5,word").value();
  EXPECT_EQ(number_of(axis.values[0], AxisUnit::Seconds), 90.0);
  EXPECT_EQ(number_of(axis.values[0], AxisUnit::Ratio), std::nullopt);
  EXPECT_EQ(number_of(axis.values[1], AxisUnit::BitsPerSecond), 1e7);
  EXPECT_EQ(number_of(axis.values[2], AxisUnit::None), 2.5);
  EXPECT_EQ(number_of(axis.values[3], AxisUnit::None), std::nullopt);
}

}  // namespace
}  // namespace stayalive
