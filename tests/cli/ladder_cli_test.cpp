// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "support/command.h"
#include "support/golden.h"

namespace stayalive {
namespace {

constexpr const char* kScenario = "scenarios/ssh-behind-a-home-router.json";

CommandResult explain(const std::string& arguments) {
  return run_command(std::string(STAYALIVE_PROGRAM) + " explain " + kScenario + " " + arguments +
                     " 2>&1");
}

TEST(LadderCommand, DrawsTheStoryOfOneConnection) {
  const CommandResult result = explain("every-6m --ladder");
  EXPECT_EQ(result.exit_code, 0) << result.output;
  EXPECT_NE(result.output.find("The client gave up at 22m3.904s"), std::string::npos);
  EXPECT_NE(result.output.find("home-router forgets it"), std::string::npos) << result.output;
}

TEST(LadderCommand, WithoutAConnectionItNamesThoseThereAre) {
  for (const std::string how : {"--ladder", "--svg -"}) {
    const CommandResult result = explain(how);
    EXPECT_EQ(result.exit_code, 2) << how;
    EXPECT_NE(result.output.find("error: a ladder shows one connection"), std::string::npos)
        << result.output;
    EXPECT_NE(result.output.find("every-10m or silent"), std::string::npos) << result.output;
  }
}

TEST(LadderCommand, WritesAPictureToAFileOrToTheOutput) {
  const std::string file = ::testing::TempDir() + "/stayalive-ladder-test.svg";
  const CommandResult written = explain("silent --svg " + file);
  EXPECT_EQ(written.exit_code, 0) << written.output;
  EXPECT_EQ(written.output, "");
  std::ostringstream picture;
  picture << std::ifstream(file, std::ios::binary).rdbuf();
  EXPECT_EQ(picture.str().rfind("<svg ", 0), 0u);
  EXPECT_EQ(explain("silent --svg -").output, picture.str());
  std::filesystem::remove(file);
}

TEST(LadderCommand, SeesBeforeItsWorkThatAFileCannotBeWritten) {
  const CommandResult result = explain("silent --svg /no/such/folder/ladder.svg");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.output.find("error: /no/such/folder/ladder.svg cannot be written"),
            std::string::npos)
      << result.output;
}

TEST(LadderCommand, SaysHowWideItMustBe) {
  const CommandResult narrow = explain("silent --ladder --width 70");
  EXPECT_EQ(narrow.exit_code, 2);
  EXPECT_NE(narrow.output.find("--width 70 is too narrow; this ladder needs 71"), std::string::npos)
      << narrow.output;
  EXPECT_EQ(explain("silent --ladder --width 71").exit_code, 0);
}

}  // namespace
}  // namespace stayalive
