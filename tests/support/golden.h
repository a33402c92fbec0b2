// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

// Compares text with a file of the project.  With STAYALIVE_UPDATE_GOLDEN=1 in the environment the
// file is written instead, so that a wanted change of behaviour shows up as a diff to be explained.
namespace stayalive {

inline std::filesystem::path project_path(const std::string& relative) {
  return std::filesystem::path(STAYALIVE_SOURCE_DIR) / relative;
}

// The whole file; empty and a test failure when it cannot be read.
inline std::string project_text(const std::string& relative) {
  std::ifstream in(project_path(relative), std::ios::binary);
  EXPECT_TRUE(in.good()) << relative << " cannot be read";
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// The first difference with three lines around it: "-" is the file, "+" is what the program says.
inline std::string first_difference(const std::string& wanted, const std::string& actual) {
  const std::vector<std::string> old_lines = lines_of(wanted);
  const std::vector<std::string> new_lines = lines_of(actual);
  std::size_t at = 0;
  while (at < old_lines.size() && at < new_lines.size() && old_lines[at] == new_lines[at]) ++at;
  std::string text = "first difference in line " + std::to_string(at + 1) + ":\n";
  for (std::size_t i = at < 3 ? 0 : at - 3; i < at; ++i) text += "  " + old_lines[i] + "\n";
  for (std::size_t i = at; i < old_lines.size() && i < at + 3; ++i) {
    text += "- " + old_lines[i] + "\n";
  }
  for (std::size_t i = at; i < new_lines.size() && i < at + 3; ++i) {
    text += "+ " + new_lines[i] + "\n";
  }
  return text;
}

// relative: from the root of the project, for example "tests/golden/handshake.txt".
inline void expect_golden(const std::string& relative, const std::string& actual) {
  if (std::getenv("STAYALIVE_UPDATE_GOLDEN") != nullptr) {
    std::filesystem::create_directories(project_path(relative).parent_path());
    std::ofstream(project_path(relative), std::ios::binary) << actual;
    return;
  }
  std::ifstream in(project_path(relative), std::ios::binary);
  std::ostringstream text;
  if (in.good()) text << in.rdbuf();
  const std::string wanted = text.str();
  if (wanted == actual) return;
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  ADD_FAILURE() << relative << " does not say what the program says; "
                << first_difference(wanted, actual)
                << "if the change is wanted, run this test program with "
                << "STAYALIVE_UPDATE_GOLDEN=1 and --gtest_filter=" << test->test_suite_name() << "."
                << test->name();
}

}  // namespace stayalive
