// SPDX-License-Identifier: Apache-2.0
#include "study/suite/baseline.h"

#include <gtest/gtest.h>

#include "support/golden.h"
#include "support/temporary_folder.h"

namespace stayalive {
namespace {

std::string first_baseline_error(const std::string& path) {
  const Result<Baseline> baseline = read_baseline(path);
  return baseline.ok() ? "no error" : baseline.errors().front().message;
}

TEST(Baseline, AProfileOrAFolderOfThemIsTakenAsSuch) {
  const std::string folder = project_path("scenarios/profiles").string();
  for (const std::string& path : {folder, folder + "/aws-nlb.json"}) {
    const Result<Baseline> baseline = read_baseline(path);
    ASSERT_TRUE(baseline.ok()) << path;
    ASSERT_TRUE(std::holds_alternative<BaselineProfiles>(baseline.value())) << path;
    EXPECT_EQ(std::get<BaselineProfiles>(baseline.value()).path, path);
  }
}

TEST(Baseline, AResultIsRead) {
  const Result<Baseline> baseline =
      read_baseline(project_path("tests/golden/results/ssh-behind-a-home-router.json").string());
  ASSERT_TRUE(baseline.ok());
  EXPECT_EQ(std::get<std::vector<RunReport>>(baseline.value()).size(), 1u);
}

TEST(Baseline, WhatIsNeitherIsRefused) {
  const TemporaryFolder folder;
  EXPECT_EQ(first_baseline_error(folder.path().string()), "there is no profile in this folder");
  EXPECT_EQ(first_baseline_error(folder.name("missing.json")), "this file does not exist");
  EXPECT_EQ(first_baseline_error(folder.write("a.json", R"({"connections": []})")),
            "this is a scenario");
}

TEST(Baseline, AWrongProfileIsRefusedBeforeAnythingRuns) {
  const TemporaryFolder folder;
  const std::string file = folder.write("box.json", R"({"name": "box", "values": {}})");
  EXPECT_FALSE(read_baseline(file).ok());
  EXPECT_FALSE(read_baseline(folder.path().string()).ok());
}

}  // namespace
}  // namespace stayalive
