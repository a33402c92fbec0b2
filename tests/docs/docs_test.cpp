// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "support/command.h"
#include "support/golden.h"
#include "support/shipped.h"
#include "support/temporary_folder.h"

// Blocks marked ```console hold commands after "$ " and, below each, exactly what it prints.
// `stayalive` and `tools/run` both mean the program that was just built.  With
// STAYALIVE_UPDATE_GOLDEN=1 the outputs in the documents are written anew.
namespace stayalive {
namespace {

std::vector<std::string> documents() {
  std::vector<std::string> found{"README.md", "scenarios/README.md"};
  for (const auto& entry : std::filesystem::recursive_directory_iterator(project_path("docs"))) {
    if (entry.path().extension() != ".md") continue;
    found.push_back(std::filesystem::relative(entry.path(), project_path(".")).string());
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string replace_front(const std::string& text, const std::string& from, const std::string& to) {
  return text.rfind(from, 0) == 0 ? to + text.substr(from.size()) : text;
}

std::string output_of(const std::string& command) {
  const std::string program = std::string("'") + STAYALIVE_PROGRAM + "'";
  std::string real = command;
  if (command == "tools/run") real = program + " run scenarios/ssh-behind-a-home-router.json";
  real = replace_front(real, "tools/run ", program + " ");
  real = replace_front(real, "stayalive ", program + " ");
  EXPECT_NE(real, command) << "only stayalive and tools/run can be shown with their output: "
                           << command;
  return run_command("export STAYALIVE_PROGRESS=off; (" + real + ") 2>&1").output;
}

// The document with the output of every command as it is now.
std::string renewed(const std::string& text) {
  std::string result;
  bool console = false;
  bool output = false;
  for (const std::string& line : lines_of(text)) {
    if (line.rfind("```", 0) == 0) {
      console = line == "```console";
      output = false;
    }
    if (console && line.rfind("$ ", 0) == 0) {
      result += line + "\n" + output_of(line.substr(2));
      output = true;
    } else if (!output) {
      result += line + "\n";
    }
  }
  return result;
}

class Document : public ::testing::TestWithParam<std::string> {};

TEST_P(Document, ShowsWhatItsCommandsPrint) {
  const std::string text = project_text(GetParam());
  expect_golden(GetParam(), renewed(text));
}

INSTANTIATE_TEST_SUITE_P(
    All, Document, ::testing::ValuesIn(documents()), [](const auto& parameter) {
      std::string name = parameter.param;
      std::replace_if(
          name.begin(), name.end(),
          [](char c) { return std::isalnum(static_cast<unsigned char>(c)) == 0; }, '_');
      return name;
    });

TEST(Documents, LinkOnlyToFilesThatExist) {
  for (const std::string& document : documents()) {
    const std::string text = project_text(document);
    for (std::size_t at = text.find("]("); at != std::string::npos; at = text.find("](", at + 1)) {
      std::string target = text.substr(at + 2, text.find(')', at) - at - 2);
      target = target.substr(0, target.find('#'));
      if (target.empty() || target.rfind("http", 0) == 0) continue;
      const auto path = project_path(document).parent_path() / target;
      EXPECT_TRUE(std::filesystem::exists(path)) << document << " links to " << target;
    }
  }
}

TEST(Documents, TheLadderInTheReadmeIsTheOneThatExplainDraws) {
  expect_golden(
      "docs/ladder.svg",
      output_of("stayalive explain scenarios/ssh-behind-a-home-router.json every-6m --svg -"));
}

TEST(Documents, TheLadderOfThreeRequestsIsTheOneThatExplainDraws) {
  expect_golden("docs/web.svg",
                output_of("stayalive explain docs/three-requests.json browser --svg -"));
}

// The commands in the last column of a table of a document, in its order.
std::vector<std::string> commands_in_tables(const std::string& document) {
  std::vector<std::string> commands;
  for (const std::string& line : lines_of(project_text(document))) {
    if (!line.starts_with("| ")) continue;
    for (std::size_t at = line.find("`stayalive "); at != std::string::npos;) {
      const std::size_t end = line.find('`', at + 1);
      commands.push_back(line.substr(at + 1, end - at - 1));
      at = line.find("`stayalive ", end + 1);
    }
  }
  return commands;
}

TEST(Documents, WhatTheReadmeSaysToTypeCanBeTyped) {
  const std::vector<std::string> commands = commands_in_tables("README.md");
  EXPECT_GE(commands.size(), 10u);
  // In a folder of its own, one after the other: some read what those before them have written.
  const TemporaryFolder folder;
  std::filesystem::create_directory_symlink(project_path("scenarios"), folder.path() / "scenarios");
  for (const std::string& command : commands) {
    const std::string typed = replace_front(command, "stayalive ", "");
    const CommandResult result = run_command("cd '" + folder.path().string() + "' && '" +
                                             STAYALIVE_PROGRAM + "' " + typed + " 2>&1");
    EXPECT_EQ(result.exit_code, 0) << command << "\n" << result.output;
  }
}

// The text of a member of a scenario file, as it stands there.
std::string member(const std::string& scenario, const std::string& key) {
  const std::string start = "\"" + key + "\": \"";
  const std::size_t from = scenario.find(start) + start.size();
  return scenario.substr(from, scenario.find("\",\n", from) - from);
}

TEST(Documents, TheIndexOfScenariosTellsTitleAndLessonOfEach) {
  const std::string page = project_text("scenarios/README.md");
  for (const std::string& name : shipped_scenarios()) {
    const std::string scenario = project_text("scenarios/" + name + ".json");
    const std::string entry = "## [" + member(scenario, "title") + "](" + name + ".json)\n\n" +
                              member(scenario, "lesson") + "\n";
    EXPECT_NE(page.find(entry), std::string::npos) << "scenarios/README.md lacks\n" << entry;
  }
}

}  // namespace
}  // namespace stayalive
