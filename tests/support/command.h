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

// For a shell: waits until the program that was begun last listens to Ctrl-C, however slow the
// machine is, sends it that, and ends with its exit code.  Until the shell's child has become the
// program, it may listen itself.  A shell lets its background processes ignore Ctrl-C until they
// listen to it.  A program that does not end uses up its processor time and is killed.
inline constexpr const char* kInterruptIt =
    "pid=$!; n=0; until grep -q stayalive /proc/$pid/comm && "
    "grep -q '^SigCgt:.*[2367abef]$' /proc/$pid/status || [ $n = 72000 ]; "
    "do sleep 0.05; n=$((n+1)); done; kill -INT $pid; wait $pid";
inline constexpr const char* kGuardedAgainstHanging = "ulimit -t 1800; ";

}  // namespace stayalive
