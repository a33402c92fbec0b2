// SPDX-License-Identifier: Apache-2.0
#include "study/suite/scenario_files.h"

#include <gtest/gtest.h>

#include "support/temporary_folder.h"

namespace stayalive {
namespace {

constexpr const char* kScenario = R"({"connections": [{"name": "c"}]})";
constexpr const char* kProfile = R"({"name": "box", "values": {}})";

std::vector<std::string> names(const ScenarioFiles& found) {
  std::vector<std::string> names;
  for (const ScenarioFile& file : found.files) names.push_back(file.file);
  return names;
}

using Names = std::vector<std::string>;

TEST(ScenarioFiles, FoldersAreSearchedToTheBottomInOrder) {
  const TemporaryFolder folder;
  const std::string b = folder.write("b.json", kScenario);
  const std::string deep = folder.write("a/z/deep.json", kScenario);
  const std::string a = folder.write("a.json", kScenario);
  const ScenarioFiles found = find_scenarios({folder.path().string()});
  EXPECT_EQ(names(found), (Names{a, deep, b}));  // '.' comes before '/'
  EXPECT_TRUE(found.skipped.empty());
}

TEST(ScenarioFiles, WhatIsSomethingElseIsSkippedAndNamed) {
  const TemporaryFolder folder;
  const std::string scenario = folder.write("a.json", kScenario);
  const std::string profile = folder.write("box.json", kProfile);
  const std::string list = folder.write("list.json", "[]");
  folder.write("notes.txt", kScenario);
  folder.write(".hidden.json", kScenario);
  folder.write(".git/a.json", kScenario);
  const ScenarioFiles found = find_scenarios({folder.path().string()});
  EXPECT_EQ(names(found), Names{scenario});
  EXPECT_EQ(found.skipped, (Names{profile, list}));
}

TEST(ScenarioFiles, ABrokenFileIsNotMissedInSilence) {
  const TemporaryFolder folder;
  const std::string broken = folder.write("broken.json", "{\"connections\": [");
  EXPECT_EQ(names(find_scenarios({folder.path().string()})), Names{broken});
}

TEST(ScenarioFiles, AHiddenFolderThatIsNamedIsSearched) {
  const TemporaryFolder folder;
  const std::string file = folder.write(".ci/a.json", kScenario);
  EXPECT_EQ(names(find_scenarios({folder.name(".ci")})), Names{file});
}

TEST(ScenarioFiles, ANamedFileMustBeAScenario) {
  const TemporaryFolder folder;
  const std::string profile = folder.write("box.json", kProfile);
  const ScenarioFiles found = find_scenarios({profile, folder.name("missing.json")});
  ASSERT_EQ(names(found), (Names{profile, folder.name("missing.json")}));
  ASSERT_EQ(found.files[0].errors.size(), 1u);
  EXPECT_EQ(found.files[0].errors[0].message, "this is a profile");
  EXPECT_TRUE(found.files[1].errors.empty());  // whoever reads it says that it is missing
}

TEST(ScenarioFiles, TheSameFileCountsOnce) {
  const TemporaryFolder folder;
  const std::string file = folder.write("a/x.json", kScenario);
  const std::string twisted = folder.name("a/../a/./x.json");
  EXPECT_EQ(names(find_scenarios({twisted, folder.path().string(), file, folder.name("a/")})),
            Names{file});
}

TEST(ScenarioFiles, LinksAreFollowedOnceAndMayFormCircles) {
  namespace fs = std::filesystem;
  const TemporaryFolder folder;
  const std::string file = folder.write("m/x.json", kScenario);
  fs::create_directory_symlink(folder.path(), folder.path() / "m" / "circle");
  fs::create_symlink(folder.path() / "m" / "x.json", folder.path() / "a-link.json");
  EXPECT_EQ(names(find_scenarios({folder.path().string()})), Names{file});
}

TEST(ScenarioFiles, NoLinkLeadsOutOfTheFolder) {
  namespace fs = std::filesystem;
  const TemporaryFolder all;
  const std::string inside = all.write("a/x.json", kScenario);
  const std::string y = all.write("b/y.json", kScenario);
  fs::create_directory_symlink("../b", all.path() / "a" / "link");
  fs::create_symlink("../b/y.json", all.path() / "a" / "y.json");
  const ScenarioFiles found = find_scenarios({all.name("a")});
  EXPECT_EQ(names(found), Names{inside});
  EXPECT_EQ(found.skipped, Names{all.name("a/y.json")});
  EXPECT_EQ(names(find_scenarios({all.path().string()})), (Names{inside, y})) << "inside of it";
  EXPECT_EQ(names(find_scenarios({all.name("a/y.json")})), Names{all.name("a/y.json")})
      << "one that is named is followed";
}

TEST(ScenarioFiles, ALinkThatLeadsNowhereIsNotMissedInSilence) {
  const TemporaryFolder folder;
  std::filesystem::create_symlink("nowhere.json", folder.path() / "a.json");
  EXPECT_EQ(names(find_scenarios({folder.path().string()})), Names{folder.name("a.json")});
}

}  // namespace
}  // namespace stayalive
