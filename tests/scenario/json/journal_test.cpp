// SPDX-License-Identifier: Apache-2.0
#include "scenario/json/journal.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

TEST(Journal, KeepsAThousandMistakesAndCountsTheRest) {
  const SourceText source("{}", "x.json");
  Journal journal(source);
  for (int i = 0; i < 1500; ++i) journal.add(0, "", "wrong");
  EXPECT_EQ(journal.size(), 1500u);
  const std::vector<Diagnostic> errors = journal.take();
  ASSERT_EQ(errors.size(), 1001u);
  EXPECT_EQ(errors.back().message, "and 500 more");
  EXPECT_EQ(journal.size(), 0u);
}

TEST(Journal, KeepsAMebibyteOfThem) {
  const SourceText source("{}", "x.json");
  Journal journal(source);
  const std::string choices(100'000, 'a');
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(journal.full(), i >= 11) << i;
    journal.add(0, "", "wrong", choices);
  }
  EXPECT_EQ(journal.take().size(), 12u) << "eleven, and how many more there are";
  EXPECT_FALSE(journal.full());
}

}  // namespace
}  // namespace stayalive
