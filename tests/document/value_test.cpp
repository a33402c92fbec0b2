// SPDX-License-Identifier: Apache-2.0
#include "document/value.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

TEST(Value, KeepsTheTypeItWasMadeOf) {
  EXPECT_TRUE(Value().missing());
  EXPECT_TRUE(Value(std::optional<Duration>()).missing());
  EXPECT_EQ(std::get<bool>(Value(true).variant()), true);
  EXPECT_EQ(std::get<std::int64_t>(Value(-1).variant()), -1);
  EXPECT_EQ(std::get<std::uint64_t>(Value(std::uint64_t{1} << 63).variant()),
            std::uint64_t{1} << 63);
  EXPECT_EQ(std::get<Duration>(Value(std::optional<Duration>(5s)).variant()), 5s);
  EXPECT_EQ(std::get<TimePoint>(Value(kStart + 1s).variant()), kStart + 1s);
  EXPECT_EQ(std::get<KeptText>(Value("text").variant()), "text");
}

TEST(Value, AnEmptyTextCanStandForNothing) {
  EXPECT_TRUE(text_or_nothing("").missing());
  EXPECT_FALSE(text_or_nothing("a").missing());
}

TEST(Value, SecondsAreTheNearestNumber) {
  EXPECT_EQ(seconds(1500ms), 1.5);
  EXPECT_EQ(seconds(kStart + 241019ms), 241.019);
  EXPECT_EQ(seconds(1ns), 1e-9);
  // More nanoseconds than 53 bits hold: rounded twice it would be 1817281534.8979998.
  EXPECT_EQ(seconds(1817281534898ms), 1817281534.898);
}

}  // namespace
}  // namespace stayalive
