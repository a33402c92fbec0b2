// SPDX-License-Identifier: Apache-2.0
#include "study/suite/suite.h"

#include <gtest/gtest.h>

#include "support/suite_story.h"

namespace stayalive {
namespace {

TEST(Suite, CountsWhatHoldsAndWhatDoesNot) {
  const TemporaryFolder folder;
  folder.write("1-holds.json", small_scenario("4m", kAlive));
  folder.write("2-fails.json", small_scenario("1m", std::string(kAlive) + "," + kForgotten));
  folder.write("3-nothing.json", small_scenario("4m", ""));
  folder.write("4-wrong.json", "{\"connections\": 7}");
  const Suite suite = run_folder(folder);
  ASSERT_EQ(suite.items.size(), 4u);
  EXPECT_EQ(suite.items[0].status(), SuiteStatus::Holds);
  EXPECT_EQ(suite.items[1].status(), SuiteStatus::Fails);
  EXPECT_EQ(suite.items[1].failed(), 1u);
  EXPECT_EQ(suite.items[2].status(), SuiteStatus::NoExpectations);
  EXPECT_EQ(suite.items[3].status(), SuiteStatus::Wrong);
  EXPECT_FALSE(suite.items[3].errors.empty());
  EXPECT_EQ(suite.expectations(), 3u);
  EXPECT_EQ(suite.failed_expectations(), 1u);
  EXPECT_FALSE(suite.holds());
}

TEST(Suite, HoldsWhenNothingFailsAndNothingIsWrong) {
  const TemporaryFolder folder;
  folder.write("a.json", small_scenario("4m", kAlive));
  folder.write("b.json", small_scenario("4m", ""));
  EXPECT_TRUE(run_folder(folder).holds());
  folder.write("c.json", "{");
  EXPECT_FALSE(run_folder(folder).holds());
}

TEST(Suite, IsTheSameWhateverTheNumberOfThreads) {
  const TemporaryFolder folder;
  for (int i = 0; i < 20; ++i) {
    folder.write(std::to_string(i) + ".json", small_scenario(std::to_string(40 + i) + "s", kAlive));
  }
  const Suite one = run_folder(folder, 1);
  const Suite many = run_folder(folder, 4);
  ASSERT_EQ(one.items.size(), 20u);
  for (std::size_t i = 0; i < one.items.size(); ++i) {
    EXPECT_EQ(one.items[i].file, many.items[i].file);
    EXPECT_EQ(one.items[i].report->digest, many.items[i].report->digest);
  }
}

TEST(Suite, TheLineOfAFailureIsKnown) {
  const TemporaryFolder folder;
  folder.write("a.json",
               "{\"connections\": [{\"name\": \"c\"}],\n  \"expect\": [\n    "
               "{\"connection\": \"c\", \"is\": \"reset\"}]}");
  const Suite suite = run_folder(folder);
  ASSERT_EQ(suite.items.size(), 1u);
  const ExpectationReport& expectation = suite.items[0].report->expectations.at(0);
  EXPECT_EQ(expectation.line, 3u);
  EXPECT_EQ(expectation.column, 5u);
}

}  // namespace
}  // namespace stayalive
