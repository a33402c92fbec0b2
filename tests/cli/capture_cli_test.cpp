// SPDX-License-Identifier: Apache-2.0
// `--pcapng` as a user meets it.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "support/command.h"
#include "support/small_scenario.h"
#include "support/temporary_folder.h"

namespace stayalive {
namespace {

class CaptureCommand : public ::testing::Test {
 protected:
  void SetUp() override { folder_.write("s.json", small_scenario("4m", kAlive)); }
  // $S is the program.
  CommandResult shell(const std::string& command) const {
    return run_command("cd '" + folder_.path().string() + "' && export S='" + STAYALIVE_PROGRAM +
                       "' && bash -c \"$(cat <<'END'\n" + command + "\nEND\n)\"");
  }
  std::string text_of(const std::string& name) const {
    std::ifstream in(folder_.name(name), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
  bool is_capture(const std::string& name) const {
    return text_of(name).starts_with("\x0a\x0d\x0d\x0a");
  }
  std::size_t files() const {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder_.path()))
      ++count;
    return count;
  }
  TemporaryFolder folder_;
};

TEST_F(CaptureCommand, RunAndExplainWriteOneAndSaySo) {
  const CommandResult run = shell("$S run s.json --pcapng r.pcapng 2>&1 >/dev/null");
  EXPECT_EQ(run.output, "wrote r.pcapng\n");
  EXPECT_EQ(run.exit_code, 0);
  EXPECT_TRUE(is_capture("r.pcapng"));
  EXPECT_EQ(shell("$S explain s.json c --pcapng e.pcapng 2>&1 >/dev/null").output,
            "wrote e.pcapng\n");
  EXPECT_EQ(text_of("e.pcapng"), text_of("r.pcapng")) << "there is one connection";
  shell("$S run s.json --pcapng c.pcapng --at client");
  EXPECT_LT(text_of("c.pcapng").size(), text_of("r.pcapng").size());
  EXPECT_EQ(
      shell("$S explain tcp=6m aws-nlb --survive 1h --pcapng w.pcapng 2>&1 >/dev/null").output,
      "wrote w.pcapng\n");
  EXPECT_EQ(files(), 5u);
}

TEST_F(CaptureCommand, TheReportIsTheSame) {
  const std::string plain = shell("$S run --format json s.json").output;
  EXPECT_EQ(shell("$S run --format json s.json --pcapng r.pcapng 2>/dev/null").output, plain);
  EXPECT_EQ(shell("$S explain s.json c").output,
            shell("$S explain s.json c --pcapng r.pcapng 2>/dev/null").output);
}

TEST_F(CaptureCommand, WhatIsWrongIsSaidBeforeTheRun) {
  const auto refusal = [&](const std::string& arguments) {
    const CommandResult result = shell("$S " + arguments + " 2>&1");
    EXPECT_EQ(result.exit_code, 2) << arguments;
    EXPECT_EQ(result.output.find("CONNECTION"), std::string::npos) << "no report";
    return result.output;
  };
  const auto says = [](const std::string& text, const std::string& part) {
    EXPECT_NE(text.find(part), std::string::npos) << text;
  };
  folder_.write("other.txt", "precious");
  says(refusal("run s.json --pcapng other.txt"), "exists and is no pcapng capture; --force");
  EXPECT_EQ(text_of("other.txt"), "precious");
  says(refusal("run s.json --pcapng s.json --force"), "is read by this command");
  says(refusal("run s.json --pcapng no/such.pcapng"), "No such file or directory");
  says(refusal("run s.json s.json --pcapng r.pcapng"), "the packets of one run; 2 scenarios");
  says(refusal("run s.json --pcapng -"), "is no file");
  says(refusal("run s.json --at client"), "--pcapng");
  says(refusal("run s.json --pcapng r.pcapng --at clinet"), "did you mean \"client\"?");
  says(refusal("explain s.json c --svg x --pcapng x"), "name the same file");
  EXPECT_FALSE(std::filesystem::exists(folder_.name("r.pcapng")));
  EXPECT_EQ(shell("$S run s.json --pcapng other.txt --force 2>&1 >/dev/null").output,
            "wrote other.txt\n");
  EXPECT_TRUE(is_capture("other.txt"));
  EXPECT_EQ(shell("$S run s.json --pcapng other.txt 2>&1 >/dev/null").exit_code, 0) << "its kind";
}

TEST_F(CaptureCommand, WhatCannotBeWrittenIsAnErrorAndLeavesWhatWasThere) {
  const CommandResult full = shell("$S run s.json --pcapng /dev/full 2>&1");
  EXPECT_EQ(full.exit_code, 2);
  EXPECT_EQ(full.output, "error: /dev/full cannot be written: No space left on device\n");
  shell("$S run s.json --pcapng r.pcapng");
  const std::string before = text_of("r.pcapng");
  folder_.write("long.json", R"({"duration": "2h", "connections": [{"name": "c", "strategy":
    {"keepalive": {"interval": "1s"}}}]})");
  EXPECT_EQ(shell("ulimit -f 8; $S run long.json --pcapng r.pcapng >/dev/null 2>&1").exit_code, 2);
  EXPECT_EQ(text_of("r.pcapng"), before);
  EXPECT_EQ(files(), 3u) << "nothing that was begun is left";
}

TEST_F(CaptureCommand, AStoppedRunLeavesAWholeFileAndAKilledOneNone) {
  folder_.write("long.json", R"({"duration": "3000d", "connections": [{"name": "c", "strategy":
    {"keepalive": {"interval": "1s"}}}]})");
  const CommandResult stopped =
      shell(std::string("$S run long.json --pcapng r.pcapng >/dev/null 2>&1 & ") + kInterruptIt);
  EXPECT_EQ(stopped.exit_code, 130);
  EXPECT_TRUE(is_capture("r.pcapng"));
  EXPECT_NE(text_of("r.pcapng").find("The run ended early"), std::string::npos);
  shell(std::string("$S run long.json --pcapng k.pcapng >/dev/null 2>&1 & ") + kAwaitIt +
        "kill -KILL $pid; wait $pid");
  EXPECT_EQ(files(), 3u) << "neither k.pcapng nor a part of it";
}

TEST_F(CaptureCommand, APipeIsWrittenWhileTheRunGoesOn) {
  const CommandResult read = shell(
      "$S run s.json --pcapng >(head -c 4 | od -An -tx1 >head) >/dev/null 2>&1; "
      "while ! [ -s head ]; do sleep 0.05; done; cat head");
  EXPECT_EQ(read.output, " 0a 0d 0d 0a\n");
}

}  // namespace
}  // namespace stayalive
