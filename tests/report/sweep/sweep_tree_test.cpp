// SPDX-License-Identifier: Apache-2.0
#include "report/sweep/sweep_tree.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "support/document_text.h"
#include "support/golden.h"
#include "support/sweep_grid.h"

namespace stayalive {
namespace {

nlohmann::json sweep_json(const Sweep& sweep) {
  return nlohmann::json::parse(printed_data(sweep_tree(sweep)));
}

TEST(SweepTree, HasThePointsAndTheBoundaries) {
  const nlohmann::json json = sweep_json(sweep_grid({"x.a=1m,2m", "b=1,2"}, "hhh-"));
  EXPECT_EQ(json["format"], "stayalive-sweep");
  EXPECT_EQ(json["complete"], true);
  EXPECT_EQ(json["axes"][1]["values"], nlohmann::json({1, 2}));
  ASSERT_EQ(json["points"].size(), 4u);
  EXPECT_EQ(json["points"][2]["values"], nlohmann::json({"2m", 1}));
  const nlohmann::json& dead = json["points"][3]["connections"][0];
  EXPECT_EQ(dead["held"], 0);
  EXPECT_EQ(dead["confidence"], nullptr) << "of one run nothing can be said";
  EXPECT_EQ(dead["died_after"]["least"], 150.0);
  EXPECT_EQ(dead["client"]["outcomes"], nlohmann::json({{"forgotten", 1}}));
  ASSERT_EQ(json["boundaries"].size(), 2u);
  EXPECT_EQ(json["boundaries"][1]["axis"], "b");
  EXPECT_EQ(json["boundaries"][1]["holds_at"], nlohmann::json({"2m", 1}));
  EXPECT_EQ(json["boundaries"][1]["fails_at"], nlohmann::json({"2m", 2}));
  EXPECT_EQ(json["boundaries"][1]["blame"]["who"], "box");
}

TEST(SweepTree, HasTheNumbersBesideTheTextAsWritten) {
  const nlohmann::json json = sweep_json(sweep_grid(
      {"a=30s,1h30m", "loss=1%,1/1000", "n=1,2.5", "word=on,off"}, std::string(16, 'h')));
  EXPECT_EQ(json["axes"][0]["values"], nlohmann::json({"30s", "1h30m"}));
  EXPECT_EQ(json["axes"][0]["unit"], "seconds");
  EXPECT_EQ(json["axes"][0]["numbers"], nlohmann::json({30.0, 5400.0}));
  EXPECT_EQ(json["axes"][1]["unit"], "ratio");
  EXPECT_EQ(json["axes"][1]["numbers"], nlohmann::json({0.01, 0.001}));
  EXPECT_TRUE(json["axes"][2]["unit"].is_null()) << "its key says what it counts";
  EXPECT_EQ(json["axes"][2]["numbers"].dump(), "[1,2.5]");
  EXPECT_TRUE(json["axes"][3]["unit"].is_null());
  EXPECT_EQ(json["axes"][3]["numbers"].dump(), "[null,null]");
  EXPECT_EQ(json["points"][15]["numbers"].dump(), "[5400.0,0.001,2.5,null]");
}

TEST(SweepTree, LeavesOutWhatIsNotDone) {
  const nlohmann::json json = sweep_json(sweep_grid({"a=1m,2m"}, "h?"));
  EXPECT_EQ(json["complete"], false);
  EXPECT_EQ(json["points"].size(), 1u);
}

TEST(SweepTree, TheConfidenceIsThatOfTheRuns) {
  Sweep sweep = sweep_grid({"a=1m"}, "h");
  sweep.points[0].connections[0].runs = sweep.points[0].connections[0].held = 20;
  EXPECT_EQ(sweep_json(sweep)["points"][0]["connections"][0]["confidence"],
            nlohmann::json({0.8389, 1.0}));
}

void collect_names(const nlohmann::json& json, std::vector<std::string>& names) {
  if (json.is_array()) {
    for (const auto& element : json) collect_names(element, names);
  }
  if (!json.is_object()) return;
  for (const auto& [key, value] : json.items()) {
    names.push_back(key);
    if (key != "outcomes") collect_names(value, names);
  }
}

TEST(SweepTree, EveryMemberIsDocumented) {
  const std::string page = project_text("docs/result.md");
  std::vector<std::string> names;
  collect_names(sweep_json(sweep_grid({"a=1m,2m"}, "h-")), names);
  ASSERT_GT(names.size(), 30u);
  for (const std::string& name : names) {
    EXPECT_NE(page.find("`" + name + "`"), std::string::npos)
        << name << " is missing from docs/result.md";
  }
}

}  // namespace
}  // namespace stayalive
