// SPDX-License-Identifier: Apache-2.0
#include "scenario/values/value_range.h"

#include <gtest/gtest.h>

#include <string>

#include "scenario/values/axis.h"

namespace stayalive {
namespace {

// The values side by side, or the first mistake.
std::string values(std::string_view text) {
  const Result<std::vector<JsonValue>> range = parse_range(text);
  if (!range.ok()) return to_string(range.errors().front());
  std::string all;
  for (const JsonValue& value : range.value()) all += (all.empty() ? "" : " ") + label(value);
  return all;
}

bool range_says(std::string_view text, std::string_view part) {
  return values(text).find(part) != std::string::npos;
}

TEST(ValueRange, GoesInStepsAndIncludesTheEndWhenItIsHit) {
  EXPECT_EQ(values("15s..1m/15s"), "15s 30s 45s 1m");
  EXPECT_EQ(values("15s..59s/15s"), "15s 30s 45s");
  EXPECT_EQ(values("15s..1m1s/15s"), "15s 30s 45s 1m");
  EXPECT_EQ(values("0..10/5"), "0 5 10");
  EXPECT_EQ(values("500ms..1s/250ms"), "500ms 750ms 1s");
}

TEST(ValueRange, GoesByFactorsAndIncludesTheEndWhenItIsHit) {
  EXPECT_EQ(values("15s..2m*2"), "15s 30s 1m 2m");
  EXPECT_EQ(values("15s..1m59s*2"), "15s 30s 1m");
  EXPECT_EQ(values("1..27*3"), "1 3 9 27");
}

TEST(ValueRange, OfOneValueIsThatValue) {
  EXPECT_EQ(values("5m..5m/1s"), "5m");
  EXPECT_EQ(values("5..5*2"), "5");
}

TEST(ValueRange, HasSpansAsTextAndWholeNumbersAsNumbers) {
  EXPECT_EQ(parse_range("1s..2s/1s").value()[1].kind, JsonValue::Kind::Text);
  const JsonValue number = parse_range("1..2/1").value()[1];
  EXPECT_EQ(number.kind, JsonValue::Kind::Number);
  EXPECT_EQ(number.integer, 2);
}

TEST(ValueRange, HasAtMostTenThousandValues) {
  EXPECT_EQ(parse_range("1..10000/1").value().size(), 10'000u);
  EXPECT_TRUE(range_says("0..10000/1", "has too many values; allowed: at most 10,000"));
  EXPECT_TRUE(range_says("1ns..290y/1ns", "not from a span"));
}

TEST(ValueRange, ReachesTheLargestNumberWithoutGoingBeyondIt) {
  EXPECT_EQ(values("9223372036854775806..9223372036854775807/1"),
            "9223372036854775806 9223372036854775807");
  EXPECT_EQ(values("9223372036854775806..9223372036854775807/9223372036854775807"),
            "9223372036854775806");
  EXPECT_EQ(values("4611686018427387904..9223372036854775807*2"), "4611686018427387904");
}

TEST(ValueRange, ThatMakesNoSenseIsExplained) {
  EXPECT_TRUE(range_says("10m..15s/15s", "ends before it begins"));
  EXPECT_TRUE(range_says("10m..15s/15s", "did you mean \"15s..10m/15s\"?"));
  EXPECT_TRUE(range_says("1..10/0", "found the step \"0\""));
  EXPECT_TRUE(range_says("1s..10s/0s", "found the step \"0s\""));
  EXPECT_TRUE(range_says("1s..10s/1", "found the step \"1\""));
  EXPECT_TRUE(range_says("1..10/1s", "found the step \"1s\""));
  EXPECT_TRUE(range_says("1..10/", "found the step \"\""));
  EXPECT_TRUE(range_says("1s..10s*1", "found the factor \"1\""));
  EXPECT_TRUE(range_says("1s..10s*2s", "found the factor \"2s\""));
  EXPECT_TRUE(range_says("0s..10s*2", "no factor leads away from \"0s\""));
  EXPECT_TRUE(range_says("1s..10/1s", "from a span to a number"));
  EXPECT_TRUE(range_says("1s..10s", "has no step"));
  EXPECT_TRUE(range_says("1s..x/1s", "is not from a span"));
  EXPECT_TRUE(range_says("-5..5/1", "is not from a span"));
  EXPECT_TRUE(range_says("/..", "is not from a span"));
  EXPECT_TRUE(range_says("5m", "found \"5m\""));
  EXPECT_TRUE(range_says("", "found \"\""));
}

TEST(ValueRange, IsToldFromOtherTextsByItsBeginning) {
  EXPECT_TRUE(is_range("15s..10m/15s"));
  EXPECT_TRUE(is_range("1..x"));
  EXPECT_FALSE(is_range("../boxes/mine.json"));
  EXPECT_FALSE(is_range("1/1000"));
  EXPECT_FALSE(is_range("15s"));
}

}  // namespace
}  // namespace stayalive
