// SPDX-License-Identifier: Apache-2.0
#include "command.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>

namespace stayalive {
namespace {

// The line of a file, without its end; empty when there is none.
std::string line_of(const std::string& file, std::uint32_t number) {
  std::ifstream in(file);
  std::string line;
  for (std::uint32_t i = 0; i < number; ++i) {
    if (!std::getline(in, line)) return "";
  }
  return line;
}

}  // namespace

void add_profile_paths(CLI::App& command, std::vector<std::string>& paths) {
  command
      .add_option(
          "--profiles", paths,
          "Profile files, or folders of them, that win over the built-in profiles of the same name")
      ->type_name("PATH");
}

void add_seed(CLI::App& command, std::optional<std::uint64_t>& seed) {
  // The parser of the option alone would make a large number of -1.
  const auto whole = [](const std::string& text) -> std::string {
    constexpr std::string_view kLargest = "9223372036854775807";
    const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
    const bool fits =
        text.size() < kLargest.size() || (text.size() == kLargest.size() && text <= kLargest);
    return digits && fits ? "" : text + " is not a whole number from 0 to " + std::string(kLargest);
  };
  command.add_option("--seed", seed, "Seed of the random numbers, instead of the scenario's own")
      ->check(whole);
}

void add_jobs(CLI::App& command, unsigned& jobs) {
  command
      .add_option("--jobs", jobs,
                  "Runs at once; the result is the same; as many as there are processors with 0")
      ->check(CLI::Range(0U, 1024U))
      ->capture_default_str();
}

void print_errors(const std::vector<Diagnostic>& errors) {
  constexpr std::size_t kWidest = 160;
  for (const Diagnostic& error : errors) {
    std::cerr << "error: " << to_string(error) << '\n';
    const std::string line = error.line == 0 ? "" : line_of(error.file, error.line);
    if (line.empty() || line.size() > kWidest || error.column > line.size() + 1) continue;
    std::string caret;
    for (std::size_t i = 0; i + 1 < error.column; ++i) caret += line[i] == '\t' ? '\t' : ' ';
    std::cerr << "    " << line << "\n    " << caret << "^\n";
  }
}

bool can_write(const std::string& file) {
  namespace fs = std::filesystem;
  if (file.empty()) return true;
  std::error_code code;
  const fs::file_status found = fs::status(file, code);
  // A pipe or a device is not opened twice: whoever reads it would take it for the end.
  if (fs::exists(found) && !fs::is_regular_file(found) && !fs::is_directory(found)) return true;
  errno = 0;
  const bool good = std::ofstream(file, std::ios::binary | std::ios::app).good();
  const int reason = errno;
  if (good) {
    if (!fs::exists(found)) fs::remove(file, code);
    return true;
  }
  std::cerr << "error: " << file << " cannot be written: " << std::strerror(reason) << '\n';
  return false;
}

}  // namespace stayalive
