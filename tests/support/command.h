// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <sys/wait.h>

#include <array>
#include <cstdio>
#include <string>

namespace stayalive {

struct CommandResult {
  int exit_code = -1;
  std::string output;  // standard output; add 2>&1 to the command for both
};

// Runs a shell command in the root of the project.
inline CommandResult run_command(const std::string& command) {
  CommandResult result;
  const std::string in_root = std::string("cd '") + STAYALIVE_SOURCE_DIR + "' && " + command;
  FILE* pipe = popen(in_root.c_str(), "r");
  if (pipe == nullptr) return result;
  std::array<char, 4096> buffer{};
  for (std::size_t read = 1; read > 0;) {
    read = std::fread(buffer.data(), 1, buffer.size(), pipe);
    result.output.append(buffer.data(), read);
  }
  const int status = pclose(pipe);
  if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
  return result;
}

}  // namespace stayalive
