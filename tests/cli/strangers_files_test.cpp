// SPDX-License-Identifier: Apache-2.0
// Which files the program reads for a scenario that somebody else has written.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "support/command.h"
#include "support/golden.h"
#include "support/temporary_folder.h"

namespace stayalive {
namespace {

class StrangersFiles : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_.write("pr/s.json", R"({"path": [{"middlebox": {"profile": "../box.json"}}],
      "connections": [{"name": "c"}]})");
    folder_.write("pr/in.json", R"({"path": [{"middlebox": {"profile": "wrong.json"}}],
      "connections": [{"name": "c"}]})");
    folder_.write("pr/wrong.json", "{\"name\": \"wrong\",\n  \"password\": \"hunter2\"}");
    folder_.write("box.json", project_text("scenarios/profiles/openwrt.json"));
  }
  CommandResult shell(const std::string& command) const {
    return run_command("cd '" + folder_.path().string() + "' && export S='" + STAYALIVE_PROGRAM +
                       "' && { " + command + "; } 2>&1");
  }

  TemporaryFolder folder_;
};

TEST_F(StrangersFiles, AProfileOutsideIsReadByPermissionOnly) {
  for (const char* command : {"run", "check", "test", "explain", "sweep --axis seed=1,2"}) {
    const std::string start = std::string("$S ") + command + " pr/s.json ";
    const CommandResult refused = shell(start);
    EXPECT_EQ(refused.exit_code, 2) << command;
    EXPECT_NE(refused.output.find("the profile file \"../box.json\" lies outside of the scenario's "
                                  "folder"),
              std::string::npos)
        << refused.output;
    EXPECT_EQ(shell(start + "--outside-files").exit_code, 0) << command;
    EXPECT_EQ(shell(start + "--profiles box.json").exit_code, 0) << command;
    EXPECT_EQ(shell(start + "--profiles .").exit_code, 0) << command;
  }
}

TEST_F(StrangersFiles, TheirLinesAreNotShown) {
  const CommandResult result = shell("$S check pr/in.json");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.output.find("pr/wrong.json:2:3: at /password"), std::string::npos)
      << result.output;
  EXPECT_EQ(result.output.find("hunter2"), std::string::npos) << result.output;
  const CommandResult named = shell("$S check pr/wrong.json");
  EXPECT_NE(named.output.find("hunter2"), std::string::npos) << "the user's own";
}

TEST_F(StrangersFiles, WhatProfilesNamesIsThereAndReadable) {
  folder_.write("pr/o.json", R"({"connections": [{"name": "c"}]})");
  EXPECT_EQ(shell("$S run pr/o.json --profiles nowhere").exit_code, 2);
  const CommandResult missing = shell("$S check pr/o.json --profiles nowhere");
  EXPECT_NE(missing.output.find("error: nowhere: this file does not exist"), std::string::npos)
      << missing.output;
  // Nobody but the superuser enters this one, who becomes somebody else for it.
  const std::string as_nobody =
      getuid() == 0 ? "setpriv --reuid=65534 --regid=65534 --clear-groups " : "";
  if (shell("chmod 755 . && " + as_nobody + "cat pr/o.json && " + as_nobody + "$S --version")
          .exit_code != 0) {
    GTEST_SKIP() << "nobody else may read the folder of the test";
  }
  const CommandResult result =
      shell("mkdir -p locked && chmod 000 locked && " + as_nobody +
            "$S run pr/o.json --profiles locked; code=$?; chmod 755 locked; exit $code");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.output.find("error: locked: this folder cannot be read: Permission denied"),
            std::string::npos)
      << result.output;
}

}  // namespace
}  // namespace stayalive
