// SPDX-License-Identifier: Apache-2.0
#include "report/run/run_tree.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "report/run/run.h"
#include "run/run.h"
#include "scenario/parse.h"
#include "support/document_text.h"
#include "support/golden.h"
#include "support/shipped.h"

namespace stayalive {
namespace {

std::string result_of(const std::string& name) {
  Result<Scenario> scenario = read_scenario(project_path("scenarios/" + name + ".json").string());
  EXPECT_TRUE(scenario.ok());
  Scenario named = scenario.value();
  named.file = "scenarios/" + name + ".json";
  const RunReport report = run(named);
  return printed(describe_runs({&report, 1}), "json");
}

class ResultOf : public ::testing::TestWithParam<std::string> {};

// Every compiler and every build type has to find exactly these bytes.
TEST_P(ResultOf, IsByteForByteTheRecordedOne) {
  expect_golden("tests/golden/results/" + GetParam() + ".json", result_of(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(All, ResultOf, ::testing::ValuesIn(shipped_scenarios()),
                         [](const auto& parameter) {
                           std::string name = parameter.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

// Collects the dotted names of all members; those that hold a map of their own are not entered.
void collect_members(const nlohmann::json& json, const std::string& prefix,
                     std::vector<std::string>& names) {
  if (json.is_array()) {
    for (const auto& element : json) collect_members(element, prefix, names);
  }
  if (!json.is_object()) return;
  for (const auto& [key, value] : json.items()) {
    names.push_back(key);
    if (key != "packets_sent_by_kind") collect_members(value, prefix + key + ".", names);
  }
}

TEST(Result, EveryMemberIsDocumented) {
  const std::string page = project_text("docs/result.md");
  std::vector<std::string> names;
  collect_members(nlohmann::json::parse(result_of("ssh-behind-a-home-router")), "", names);
  ASSERT_GT(names.size(), 100u);
  for (const std::string& name : names) {
    EXPECT_NE(page.find("`" + name + "`"), std::string::npos)
        << name << " is missing from docs/result.md";
  }
}

TEST(Result, TextThatIsNotUtf8DoesNotBreakTheDocument) {
  RunReport report;
  report.title = "broken \xff byte";
  EXPECT_TRUE(nlohmann::json::accept(printed_data(run_tree(report))));
}

}  // namespace
}  // namespace stayalive
