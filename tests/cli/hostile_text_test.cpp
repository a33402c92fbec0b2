// SPDX-License-Identifier: Apache-2.0
// Files of strangers, and what a terminal or a log of a build service is told of them.
#include <gtest/gtest.h>

#include "support/command.h"
#include "support/golden.h"
#include "support/temporary_folder.h"

namespace stayalive {
namespace {

constexpr const char* kBell = "\033]0;pwned\007";

// Both outputs of the program, run in a folder as a build service would.
std::string output_in(const TemporaryFolder& folder, const std::string& arguments) {
  return run_command("cd '" + folder.path().string() + "' && env GITHUB_ACTIONS=true CI=true '" +
                     STAYALIVE_PROGRAM + "' " + arguments + " 2>&1")
      .output;
}

// Why a log must not hold this; empty where it may.
std::string harm_in(const std::string& log) {
  for (const std::string& line : lines_of(log)) {
    for (const char c : line) {
      if ((static_cast<unsigned char>(c) < 0x20 && c != '\r') || c == 0x7f)
        return "control: " + line;
    }
    for (const char* bytes : {"\u009b", "\u009d", "\u202e", "\u2066", "\u2028"}) {
      if (line.find(bytes) != std::string::npos) return "character: " + line;
    }
    const std::size_t begin = line.find_first_not_of(" \t");
    const bool own = line.starts_with("::error file=");
    if (begin != std::string::npos && line.substr(begin).starts_with("::") && !own) {
      return "command: " + line;
    }
    if (line.find("##[") != std::string::npos) return "command: " + line;
  }
  return "";
}

TEST(HostileText, ABrokenFileIsNotEchoedAsACommand) {
  const TemporaryFolder folder;
  folder.write("g.json", "::set-output name=deploy::yes\n{\"connections\":[{}]}");
  for (const char* command : {"test g.json", "run g.json", "check g.json", "explain g.json",
                              "sweep g.json --axis a=1", "advise g.json", "compare g.json"}) {
    const std::string log = output_in(folder, command);
    EXPECT_NE(log.find("name=deploy"), std::string::npos) << command << '\n' << log;
    EXPECT_EQ(harm_in(log), "") << command;
  }
}

TEST(HostileText, ATitleHasOneLine) {
  const TemporaryFolder folder;
  folder.write("s.json", R"({"title": "T\n::add-mask::x", "connections": [{"name": "c"}]})");
  const std::string log = output_in(folder, "run s.json");
  EXPECT_NE(log.find("s.json:1:11: at /title: "), std::string::npos) << log;
  EXPECT_NE(log.find("text in one line"), std::string::npos) << log;
  EXPECT_EQ(harm_in(log), "");
}

TEST(HostileText, ALessonIsText) {
  const TemporaryFolder folder;
  folder.write(
      "s.json",
      "{\"lesson\": \"::stop-commands::y\\n\\u009b31m \\u202ex\\n \\u3000::a::b\\n##[error]z\","
      " \"connections\": [{\"name\": \"c\"}]}");
  for (const char* command :
       {"run s.json", "explain s.json", "run --width 40 s.json", "run --format json s.json",
        "run --format csv s.json", "run --format markdown s.json", "test s.json"}) {
    EXPECT_EQ(harm_in(output_in(folder, command)), "") << command;
  }
  const std::string log = output_in(folder, "run s.json");
  EXPECT_NE(log.find("\\::stop-commands::y"), std::string::npos) << log;
}

TEST(HostileText, AKeyAndACommentAreShownHarmless) {
  const TemporaryFolder folder;
  folder.write("k.json",
               "{\"a\\n::set-output name=k::v\": 1, \"b\\u001b]0;x\\u0007\\u009b\": 1,"
               " \"connections\": [{\"name\": \"c\"}]}");
  folder.write("c.json",
               std::string("{\"connections\": [{\"nam\": 1}] /* ") + kBell + " \u202e */}");
  for (const char* command : {"check k.json", "check c.json", "run k.json c.json",
                              "test k.json c.json", "test k.json c.json --format json"}) {
    EXPECT_EQ(harm_in(output_in(folder, command)), "") << command;
  }
}

TEST(HostileText, TheMarkOfAnErrorStandsBelowItsColumn) {
  const TemporaryFolder folder;
  folder.write(
      "c.json",
      "{/* \033\xff \u00e9\u202e\t\u63a5 */ \"no\": 1, \"connections\": [{\"name\": \"c\"}]}");
  const std::string log = output_in(folder, "check c.json");
  EXPECT_NE(log.find("    {/* \\u001b\\xff \u00e9\\u202e \u63a5 */ \"no\": 1, \"connections\": "
                     "[{\"name\": \"c\"}]}\n"
                     "                                 ^\n"),
            std::string::npos)
      << log;
}

TEST(HostileText, NamesOfFilesAndWordsOfTheCommandLineAreText) {
  const TemporaryFolder folder;
  const std::string good = R"({"duration": "1m", "connections": [{"name": "c"}]})";
  folder.write("::add-mask::x.json", good);
  folder.write("\033[8m\n::warning::y.json", good);
  for (const char* command :
       {"test .", "test . --format csv", "test . --format json", "test . --format markdown",
        "run $'no\\n::error::x.json'", "explain ::add-mask::x.json $'c\\n::error::'",
        "$'\\n::error::x'", "run --format $'\\n::error::x\\e[8m' s.json",
        "profiles $'\\e]0;x\\a\\n::error::'",
        "advise --strategy $'x\\n::error::y' --through openwrt",
        "compare --strategy openssh --through $'x\\n::error::y'",
        "sweep ::add-mask::x.json --axis $'x\\n::error::y=1'"}) {
    const std::string quoted =
        "x() { '" + std::string(STAYALIVE_PROGRAM) + "' " + command + "; }; x";
    const CommandResult result =
        run_command("cd '" + folder.path().string() + "' && bash -c \"$(cat <<'EOF'\n" + quoted +
                    "\nEOF\n)\" 2>&1");
    EXPECT_NE(result.output, "") << command;
    EXPECT_EQ(harm_in(result.output), "") << command << '\n' << result.output;
  }
}

TEST(HostileText, OurOwnCommandsToABuildServiceReachIt) {
  const TemporaryFolder folder;
  folder.write("s.json", R"({"duration": "1m", "connections": [{"name": "c"}],
    "expect": [{"connection": "c", "is": "reset"}]})");
  EXPECT_NE(output_in(folder, "test s.json").find("\n::error file=s.json,"), std::string::npos);
}

}  // namespace
}  // namespace stayalive
