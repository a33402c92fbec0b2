// SPDX-License-Identifier: Apache-2.0
#include "report/suite/suite_tree.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "study/suite/result_reader.h"
#include "support/document_text.h"
#include "support/golden.h"
#include "support/suite_report.h"
#include "support/suite_story.h"

namespace stayalive {
namespace {

std::string suite_json(const Suite& suite, const std::optional<Changes>& changes = std::nullopt) {
  return printed_data(suite_tree(suite, changes));
}

TEST(SuiteTree, SaysEverythingTheTextSays) {
  const auto json = nlohmann::json::parse(suite_json(mixed_suite(), some_changes()));
  EXPECT_EQ(json["format"], "stayalive-test");
  EXPECT_EQ(json["holds"], false);
  EXPECT_EQ(json["counts"]["scenarios"], 4);
  EXPECT_EQ(json["counts"]["failed_expectations"], 1);
  EXPECT_EQ(json["runs"].size(), 3u);
  EXPECT_EQ(json["errors"][0]["line"], 3);
  EXPECT_EQ(json["errors"][0]["message"], "found 7");
  EXPECT_EQ(json["skipped"][0], "box.json");
  EXPECT_EQ(json["changes"]["baseline"], "before.json");
  EXPECT_EQ(json["changes"]["scenarios"][0]["connections"][0]["now"], "forgotten");
  EXPECT_TRUE(json["changes"]["scenarios"][1]["held"].is_null());
  EXPECT_TRUE(nlohmann::json::parse(suite_json(mixed_suite()))["changes"].is_null());
}

TEST(SuiteTree, ComparedWithItselfNothingHasChanged) {
  const TemporaryFolder folder;
  folder.write("a.json", small_scenario("1m", kForgotten));
  folder.write("b.json", small_scenario("4m", kAlive));
  const Suite suite = run_folder(folder);
  const Result<std::vector<RunReport>> read = parse_result(suite_json(suite), "r.json");
  ASSERT_TRUE(read.ok()) << to_string(read.errors().front());
  const Changes changes = compare(read.value(), suite);
  EXPECT_EQ(changes.compared, 2u);
  EXPECT_TRUE(changes.scenarios.empty());
}

TEST(SuiteTree, EveryMemberIsDocumented) {
  const std::string page = project_text("docs/result.md");
  const auto json = nlohmann::json::parse(suite_json(mixed_suite(), some_changes()));
  std::vector<std::string> names;
  for (const auto& [key, value] : json.items()) names.push_back(key);
  for (const auto& [key, value] : json["counts"].items()) names.push_back(key);
  for (const auto& [key, value] : json["errors"][0].items()) names.push_back(key);
  for (const auto& [key, value] : json["changes"].items()) names.push_back(key);
  for (const auto& [key, value] : json["changes"]["scenarios"][0].items()) names.push_back(key);
  EXPECT_GT(names.size(), 20u);
  for (const std::string& name : names) {
    EXPECT_NE(page.find("`" + name + "`"), std::string::npos)
        << name << " is missing from docs/result.md";
  }
}

TEST(SuiteTree, TextThatIsNotUtf8DoesNotBreakTheDocument) {
  Suite suite = mixed_suite();
  suite.skipped.push_back("\xff.json");
  EXPECT_TRUE(nlohmann::json::accept(suite_json(suite)));
}

}  // namespace
}  // namespace stayalive
