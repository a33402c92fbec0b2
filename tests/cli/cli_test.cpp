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

TEST(CommandLine, ShowsTheExcerptOfALongLineAroundThePlace) {
  const std::string blanks(300, ' ');
  const TemporaryFile file("{" + blanks + "\"duratoin\": \"10m\"," + blanks +
                           "\"connections\": [{\"name\": \"c\"}]}\n");
  const CommandResult result = stayalive("check " + file.path());
  EXPECT_NE(result.output.find("\"duratoin\": \"10m\","), std::string::npos) << result.output;
  for (const std::string& line : lines_of(result.output)) {
    if (line.starts_with("    ")) {
      EXPECT_LE(line.size(), 80u + 4u) << "two ellipses of three bytes each";
    }
  }
}

TEST(CommandLine, SuggestsTheOptionThatWasMeantAndNamesAWordTooMuch) {
  const CommandResult wrong = stayalive(std::string("run --sed 5 ") + kHome);
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_NE(wrong.output.find("error: there is no option \"--sed\"; did you mean \"--seed\"?\n"),
            std::string::npos)
      << wrong.output;
  EXPECT_NE(wrong.output.find("`stayalive run --help` tells more."), std::string::npos);
  const CommandResult word = stayalive("schema word");
  EXPECT_EQ(word.exit_code, 2);
  EXPECT_NE(word.output.find("error: there is no room for \"word\"\n"), std::string::npos)
      << word.output;
}

TEST(CommandLine, HelpIsACommandToo) {
  EXPECT_EQ(stayalive("help").output, stayalive("--help").output);
  EXPECT_EQ(stayalive("help").exit_code, 0);
  EXPECT_EQ(stayalive("help run").output, stayalive("run --help").output);
  const CommandResult unknown = stayalive("help rnu");
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_NE(unknown.output.find("did you mean \"run\"?"), std::string::npos) << unknown.output;
}

TEST(CommandLine, EveryCommandSaysItsVersion) {
  for (const char* command : {"run", "explain", "test", "advise", "compare", "sweep", "merge",
                              "check", "profiles", "schema"}) {
    const CommandResult result = stayalive(std::string(command) + " --version");
    EXPECT_EQ(result.exit_code, 0) << command;
    EXPECT_EQ(result.output, stayalive("--version").output) << command;
  }
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

TEST(CommandLine, TextFitsTheWidthThatIsAskedFor) {
  const std::string home = kHome;
  for (const std::string& command :
       {"run " + home, "explain " + home, "explain " + home + " silent", std::string("profiles"),
        std::string("profiles aws-nlb"),
        "sweep " + home + " --axis path.home-router.timeouts.tcp.established=1m,5m",
        std::string("compare --through openwrt --survive 1d --strategy openssh=60s"),
        std::string("advise --strategy openssh --through aws-nlb --survive 2h")}) {
    for (const std::size_t width : {80u, 120u, 200u}) {
      const CommandResult result = stayalive(command + " --width " + std::to_string(width));
      EXPECT_EQ(result.exit_code, 0) << result.output;
      for (const std::string& line : lines_of(result.output)) EXPECT_LE(line.size(), width) << line;
    }
  }
  EXPECT_NE(stayalive("run " + home + " --width 80").output.find("tcp.established 5m\n"),
            std::string::npos)
      << "who is to blame is always shown";
  EXPECT_EQ(stayalive("run " + home + " --width 0").exit_code, 2);
}

TEST(CommandLine, WithoutATerminalTextIsAsWideAsItNeedsWhateverTheEnvironmentSays) {
  const std::string home = kHome;
  const CommandResult plain = stayalive("run " + home);
  EXPECT_EQ(
      plain.output,
      run_command("env COLUMNS=80 " + std::string(STAYALIVE_PROGRAM) + " run " + home).output);
  EXPECT_EQ(plain.output, stayalive("run " + home + " --width 1000").output);
}

// script(1) gives a command a terminal.
TEST(CommandLine, OnATerminalTextFitsIt) {
  if (run_command("script -qec true /dev/null").exit_code != 0) {
    GTEST_SKIP() << "script is not installed";
  }
  const auto on_terminal = [](const std::string& before) {
    return run_command("script -qec \"" + before + " NO_COLOR=1 " + STAYALIVE_PROGRAM + " run " +
                       kHome + "\" /dev/null < /dev/null")
        .output;
  };
  const auto widest = [](const std::string& text) {
    std::size_t most = 0;
    for (const std::string& line : lines_of(text)) most = std::max(most, line.size());
    return most;
  };
  // Each line ends with CR LF there.
  EXPECT_LE(widest(on_terminal("stty cols 90; COLUMNS=")), 91u);
  EXPECT_GT(widest(on_terminal("stty cols 90; COLUMNS=")), 81u);
  EXPECT_LE(widest(on_terminal("stty cols 90; COLUMNS=80")), 81u) << "COLUMNS wins";
  EXPECT_LE(widest(on_terminal("stty cols 0; COLUMNS=none")), 81u) << "nothing is known of it";
}

TEST(CommandLine, EveryFormatIsThereForEveryResult) {
  const std::string home = kHome;
  const CommandResult markdown = stayalive("run " + home + " --format markdown");
  EXPECT_EQ(markdown.exit_code, 0);
  EXPECT_TRUE(markdown.output.starts_with("# SSH behind a home router")) << markdown.output;
  EXPECT_NE(markdown.output.find("\n| every-6m | **detected** |"), std::string::npos)
      << markdown.output;
  EXPECT_TRUE(stayalive("profiles --format markdown").output.starts_with("| PROFILE |"));
  EXPECT_TRUE(stayalive("profiles --format json").output.starts_with("{\n  \"format\""));
  EXPECT_TRUE(
      stayalive("run " + home + " --format csv").output.starts_with("scenario,connection,"));
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
