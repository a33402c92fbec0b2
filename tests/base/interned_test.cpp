// SPDX-License-Identifier: Apache-2.0
#include "base/interned.h"

#include <gtest/gtest.h>

#include <string>

namespace stayalive {
namespace {

TEST(Interned, KeepsEqualValuesOnce) {
  Interned<std::string> words;
  const std::uint32_t a = words.add("a");
  const std::uint32_t b = words.add("b");
  EXPECT_NE(a, b);
  EXPECT_EQ(words.add("a"), a);
  EXPECT_EQ(words.size(), 2u);
  EXPECT_EQ(words[a], "a");
  EXPECT_EQ(words[b], "b");
}

TEST(Interned, ForgetsAValueWithItsLastUser) {
  Interned<std::string> words;
  const std::uint32_t a = words.add("a");
  words.add("a");
  words.release(a);
  EXPECT_EQ(words[a], "a") << "one still uses it";
  words.release(a);
  EXPECT_EQ(words.size(), 0u);
  EXPECT_EQ(words.add("b"), a) << "the number is free again";
  EXPECT_EQ(words[a], "b");
}

}  // namespace
}  // namespace stayalive
