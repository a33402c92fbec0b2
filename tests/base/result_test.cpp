// SPDX-License-Identifier: Apache-2.0
#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>

namespace stayalive {
namespace {

TEST(Diagnostic, PrintsEverythingItKnows) {
  const Diagnostic diagnostic{"a.json", 3,     7, "/boxes/0", "there is no box named \"hme\"",
                              "home",   "home"};
  EXPECT_EQ(to_string(diagnostic),
            "a.json:3:7: at /boxes/0: there is no box named \"hme\"; allowed: home; did you mean "
            "\"home\"?");
}

TEST(Diagnostic, LeavesOutWhatItDoesNotKnow) {
  Diagnostic diagnostic;
  diagnostic.message = "the file is empty";
  EXPECT_EQ(to_string(diagnostic), "the file is empty");
  diagnostic.file = "a.json";
  EXPECT_EQ(to_string(diagnostic), "a.json: the file is empty");
  diagnostic.line = 4;
  EXPECT_EQ(to_string(diagnostic), "a.json:4: the file is empty");
  diagnostic.column = 2;
  EXPECT_EQ(to_string(diagnostic), "a.json:4:2: the file is empty");
  diagnostic.pointer = "/name";
  EXPECT_EQ(to_string(diagnostic), "a.json:4:2: at /name: the file is empty");
}

TEST(Diagnostic, DoesNotTellAPositionInNoFile) {
  Diagnostic diagnostic;
  diagnostic.line = 4;
  diagnostic.message = "wrong";
  EXPECT_EQ(to_string(diagnostic), "wrong");
}

TEST(Result, HoldsAValue) {
  const Result<int> result(5);
  EXPECT_TRUE(result.ok());
  EXPECT_EQ(result.value(), 5);
  EXPECT_TRUE(result.errors().empty());
}

TEST(Result, HoldsEveryError) {
  const Result<int> result(std::vector<Diagnostic>(2));
  EXPECT_FALSE(result.ok());
  EXPECT_EQ(result.errors().size(), 2u);
}

TEST(Result, GivesAwayAValueThatCannotBeCopied) {
  Result<std::unique_ptr<int>> result(std::make_unique<int>(5));
  const std::unique_ptr<int> value = std::move(result).value();
  EXPECT_EQ(*value, 5);
}

TEST(ResultDeathTest, HasNoValueBesidesErrors) {
  const Result<int> result(std::vector<Diagnostic>(1));
  EXPECT_DEATH(result.value(), "asked for only when there is one");
  EXPECT_DEATH(static_cast<void>(Result<int>(std::vector<Diagnostic>{})),
               "names at least one error");
}

}  // namespace
}  // namespace stayalive
