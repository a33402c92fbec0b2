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

// For a shell: waits until the program that was begun last waits for Ctrl-C (it blocks SIGINT and
// SIGTERM, to take them in a thread of its own) or has ended, however slow the machine is.  Until
// the shell's child has become the program, it may wait itself; and while a thread begins, all
// signals are blocked for a moment.
inline constexpr const char* kAwaitIt =
    "pid=$!; gone() { ! [ -e /proc/$pid ] || grep -q '^State:.Z' /proc/$pid/status; }; "
    "until gone || { grep -q stayalive /proc/$pid/comm && "
    "grep -q '^SigBlk:.*04002$' /proc/$pid/status; }; do sleep 0.05; done; ";
// The same, then sends it Ctrl-C, and ends with its exit code.
inline const std::string kInterruptIt = std::string(kAwaitIt) + "kill -INT $pid; wait $pid";
// A program that does not end uses up its processor time and is killed.
inline constexpr const char* kGuardedAgainstHanging = "ulimit -t 1800; ";

}  // namespace stayalive
