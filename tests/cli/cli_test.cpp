// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>

#include "support/command.h"
#include "support/golden.h"

namespace stayalive {
namespace {

CommandResult stayalive(const std::string& arguments) {
  return run_command(std::string(STAYALIVE_PROGRAM) + " " + arguments + " 2>&1");
}

// A scenario file that lives as long as the test.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& text)
      // Tests run side by side, each in a process of its own.
      : path_(::testing::TempDir() + "/stayalive-cli-test-" + std::to_string(::getpid()) +
              ".json") {
    std::ofstream(path_, std::ios::binary) << text;
  }
  ~TemporaryFile() { std::filesystem::remove(path_); }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

constexpr const char* kHome = "scenarios/ssh-behind-a-home-router.json";

TEST(CommandLine, ExitsWithZeroWhenEveryExpectationHolds) {
  const CommandResult result = stayalive(std::string("run ") + kHome);
  EXPECT_EQ(result.exit_code, 0) << result.output;
  EXPECT_NE(result.output.find("every-15s"), std::string::npos);
}

TEST(CommandLine, ExitsWithOneWhenAnExpectationFails) {
  const TemporaryFile file(R"({"duration": "10m", "connections": [{"name": "c"}],
                               "expect": [{"connection": "c", "is": "reset"}]})");
  const CommandResult result = stayalive("run " + file.path());
  EXPECT_EQ(result.exit_code, 1) << result.output;
  EXPECT_NE(result.output.find("FAILS"), std::string::npos);
  EXPECT_NE(result.output.find("found: client: alive"), std::string::npos) << result.output;
}

TEST(CommandLine, ExitsWithTwoAndPointsAtTheMistake) {
  const TemporaryFile file(
      "{\n  \"duratoin\": \"10m\",\n  \"connections\": [{\"name\": \"c\"}]\n}\n");
  const CommandResult result = stayalive("run " + file.path());
  EXPECT_EQ(result.exit_code, 2) << result.output;
  EXPECT_NE(result.output.find(file.path() + ":2:3:"), std::string::npos) << result.output;
  EXPECT_NE(result.output.find("did you mean \"duration\"?"), std::string::npos) << result.output;
  EXPECT_NE(result.output.find("    ^"), std::string::npos) << result.output;
}

TEST(CommandLine, SuggestsTheCommandThatWasMeant) {
  const CommandResult close = stayalive("swep scenario.json");
  EXPECT_EQ(close.exit_code, 2);
  EXPECT_NE(close.output.find("there is no command \"swep\"; allowed: run, explain"),
            std::string::npos)
      << close.output;
  EXPECT_NE(close.output.find("did you mean \"sweep\"?"), std::string::npos) << close.output;
  const CommandResult far = stayalive("frobnicate");
  EXPECT_EQ(far.exit_code, 2);
  EXPECT_EQ(far.output.find("did you mean"), std::string::npos) << far.output;
  EXPECT_EQ(stayalive("--version").exit_code, 0) << "an option is no command";
}

TEST(CommandLine, FinishesTheGoodScenariosWhenOneIsBad) {
  const TemporaryFile file("{");
  const CommandResult result = stayalive("run " + file.path() + " " + kHome);
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.output.find("every-15s"), std::string::npos) << result.output;
}

TEST(CommandLine, SaysWhichFileIsMissing) {
  for (const char* command : {"run", "check", "explain"}) {
    const CommandResult result = stayalive(std::string(command) + " no-such-file.json");
    EXPECT_EQ(result.exit_code, 2);
    EXPECT_NE(result.output.find("no-such-file.json"), std::string::npos) << result.output;
  }
}

TEST(CommandLine, UsageMistakesExitWithTwo) {
  EXPECT_EQ(stayalive("").exit_code, 2);
  EXPECT_EQ(stayalive("rnu x").exit_code, 2);
  EXPECT_EQ(stayalive(std::string("run --format xml ") + kHome).exit_code, 2);
  EXPECT_EQ(stayalive("run").exit_code, 2);
}

TEST(CommandLine, ASeedIsAWholeNumberThatAScenarioCouldHave) {
  const std::string home = kHome;
  EXPECT_EQ(stayalive("run --seed 9223372036854775807 " + home).exit_code, 0);
  for (const char* command : {"run", "explain"}) {
    for (const char* wrong : {"-1", "9223372036854775808", "99999999999999999999", "1.5", "x"}) {
      const CommandResult result =
          stayalive(std::string(command) + " " + home + " --seed=" + wrong);
      EXPECT_EQ(result.exit_code, 2) << wrong;
      EXPECT_NE(result.output.find("whole number"), std::string::npos) << result.output;
    }
  }
}

TEST(CommandLine, HelpHasExamplesEverywhere) {
  for (const char* command : {"", "run", "test", "check", "explain", "profiles", "schema"}) {
    const CommandResult result = stayalive(std::string(command) + " --help");
    EXPECT_EQ(result.exit_code, 0);
    EXPECT_NE(result.output.find("Example"), std::string::npos) << command;
  }
}

TEST(CommandLine, AProfileIsShownWithTheSourceOfEveryValue) {
  const CommandResult shown = stayalive("profiles aws-nlb");
  EXPECT_EQ(shown.exit_code, 0);
  EXPECT_NE(shown.output.find("timeouts.tcp.established"), std::string::npos);
  EXPECT_NE(shown.output.find("https://"), std::string::npos);
  const CommandResult mistyped = stayalive("profiles aws-nbl");
  EXPECT_EQ(mistyped.exit_code, 2);
  EXPECT_NE(mistyped.output.find("did you mean \"aws-nlb\"?"), std::string::npos)
      << mistyped.output;
}

TEST(CommandLine, AMistypedConnectionIsAnswered) {
  const CommandResult result = stayalive(std::string("explain ") + kHome + " silnet");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.output.find("did you mean \"silent\"?"), std::string::npos) << result.output;
}

TEST(CommandLine, NoColourWhereThereIsNoTerminal) {
  EXPECT_EQ(stayalive(std::string("run ") + kHome).output.find('\033'), std::string::npos);
}

TEST(CommandLine, EveryFileBesideTheScenariosIsOne) {
  const CommandResult result = stayalive("check scenarios/*.json");
  EXPECT_EQ(result.exit_code, 0) << result.output;
}

TEST(CommandLine, TheSchemaIsTheShippedOne) {
  EXPECT_EQ(stayalive("schema").output, project_text("docs/scenario.schema.json"));
}

}  // namespace
}  // namespace stayalive
