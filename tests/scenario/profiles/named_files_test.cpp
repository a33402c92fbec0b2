// SPDX-License-Identifier: Apache-2.0
#include "scenario/profiles/named_files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>

#include "scenario/parse.h"
#include "support/golden.h"
#include "support/temporary_folder.h"

namespace stayalive {
namespace {

// A scenario in a folder of a repository, whose box has this profile.
class ScenarioProfile : public ::testing::Test {
 protected:
  void SetUp() override {
    const std::string box = project_text("scenarios/profiles/openwrt.json");
    for (const char* name : {"net/box.json", "net/boxes/box.json", "shared/box.json"}) {
      folder_.write(name, box);
    }
    folder_.write("secret/key.json", "root:x:0:0\n");
  }
  // What is wrong with the scenario; empty when nothing is.
  std::string mistakes(const std::string& profile, const ParseOptions& options = {}) const {
    const std::string file =
        folder_.write("net/s.json", R"({"path": [{"middlebox": {"profile": ")" + profile +
                                        R"("}}], "connections": [{"name": "c"}]})");
    const Result<Scenario> scenario = read_scenario(file, options);
    std::string text;
    for (const Diagnostic& error : scenario.errors()) text += to_string(error) + "\n";
    return text;
  }
  bool is_outside(const std::string& profile, const ParseOptions& options = {}) const {
    return mistakes(profile, options).find("lies outside of the scenario's folder") !=
           std::string::npos;
  }

  TemporaryFolder folder_;
};

TEST_F(ScenarioProfile, LiesBesideOrBelowTheScenario) {
  EXPECT_EQ(mistakes("./box.json"), "");
  EXPECT_EQ(mistakes("boxes/box.json"), "");
  EXPECT_EQ(mistakes("boxes/../box.json"), "");
  EXPECT_TRUE(is_outside("../shared/box.json"));
  EXPECT_TRUE(is_outside("boxes/../../shared/box.json"));
  EXPECT_TRUE(is_outside("../net/box.json")) << "no way leads out and in again";
  EXPECT_TRUE(is_outside(folder_.name("net/box.json")));
}

TEST_F(ScenarioProfile, OutsideItIsReadOnlyWhereTheUserSaysSo) {
  ParseOptions any;
  any.outside_files = true;
  EXPECT_EQ(mistakes("../shared/box.json", any), "");
  EXPECT_EQ(mistakes(folder_.name("shared/box.json"), any), "");
  ParseOptions named;
  named.profile_paths = {folder_.name("shared")};
  EXPECT_EQ(mistakes("../shared/box.json", named), "");
  EXPECT_EQ(mistakes(folder_.name("shared/box.json"), named), "");
  EXPECT_TRUE(is_outside("../secret/key.json", named));
  named.profile_paths = {folder_.name("shared/box.json")};
  EXPECT_EQ(mistakes("../shared/box.json", named), "");
}

TEST_F(ScenarioProfile, NothingIsSaidOfWhatIsOutside) {
  const std::string there = mistakes("../secret/key.json");
  EXPECT_EQ(there.find("root"), std::string::npos) << there;
  const std::string not_there = mistakes("../secret/kex.json");
  EXPECT_EQ(there.substr(there.find("key.json") + 8),
            not_there.substr(not_there.find("kex.json") + 8));
}

TEST_F(ScenarioProfile, ALinkDoesNotLeadOut) {
  std::filesystem::create_symlink("../secret/key.json", folder_.name("net/link.json"));
  std::filesystem::create_directory_symlink("../secret", folder_.name("net/way"));
  std::filesystem::create_symlink("boxes/box.json", folder_.name("net/inside.json"));
  EXPECT_TRUE(is_outside("link.json"));
  EXPECT_TRUE(is_outside("way/key.json"));
  EXPECT_EQ(mistakes("inside.json"), "");
}

TEST_F(ScenarioProfile, APipeIsNoProfile) {
  ASSERT_EQ(mkfifo(folder_.name("net/pipe.json").c_str(), 0600), 0);
  EXPECT_NE(mistakes("pipe.json").find("no ordinary file"), std::string::npos);
}

TEST_F(ScenarioProfile, TheLineOfAFileThatTheScenarioNamesIsNotShown) {
  folder_.write("net/wrong.json", "{\"name\": \"wrong\", \"secret\": 1}");
  const std::string file =
      folder_.write("net/s.json", R"({"path": [{"middlebox": {"profile": "wrong.json"}}],
                        "no": 1, "connections": [{"name": "c"}]})");
  const std::vector<Diagnostic> errors = read_scenario(file).errors();
  ASSERT_FALSE(errors.empty());
  for (const Diagnostic& error : errors)
    EXPECT_EQ(error.quotable, error.file == file) << to_string(error);
  ParseOptions named;
  named.profile_paths = {folder_.name("net")};
  const std::vector<Diagnostic> quotable = read_scenario(file, named).errors();
  ASSERT_FALSE(quotable.empty());
  for (const Diagnostic& error : quotable) EXPECT_TRUE(error.quotable);
}

TEST_F(ScenarioProfile, WhatTheCommandLineNamesHasToBeThere) {
  ParseOptions options;
  options.profile_paths = {folder_.name("nowhere")};
  EXPECT_NE(mistakes("openwrt", options).find("nowhere: this file does not exist"),
            std::string::npos);
  options.profile_paths = {folder_.name("shared")};
  EXPECT_EQ(mistakes("openwrt", options), "");
}

TEST_F(ScenarioProfile, APoolIsFoundWhereTheCommandLineSays) {
  std::string pool = project_text("scenarios/pools/pgx.json");
  pool.replace(pool.find("\"pgx\""), 5, "\"ours\"");
  folder_.write("teams/ours.json", pool);
  const std::string file = folder_.write("net/s.json", R"({"connections": [
      {"pool": "ours", "traffic": [{"every": "1m", "from": "client", "answer": {}}]}]})");
  ParseOptions options;
  EXPECT_NE(to_string(read_scenario(file, options).errors().at(0)).find("no pool \"ours\""),
            std::string::npos);
  for (const char* named : {"teams", "teams/ours.json"}) {
    options.profile_paths = {folder_.name(named)};
    const Result<Scenario> scenario = read_scenario(file, options);
    ASSERT_TRUE(scenario.ok()) << to_string(scenario.errors().at(0));
    EXPECT_EQ(scenario.value().connections.at(0).session->product, "ours");
  }
}

}  // namespace
}  // namespace stayalive
