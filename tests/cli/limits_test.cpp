// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "support/command.h"
#include "support/says.h"

namespace stayalive {
namespace {

// Work that would take more events or memory than it may.
class LimitedWork : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(folder_);
    // Jitter lets nothing be passed over.
    write("long.json", R"({"title": "Pings", "duration": "40m",
      "path": [{"link": {"name": "line", "jitter": "5ms"}}],
      "connections": [{"name": "busy", "strategy": {"ssh": {"server_alive_interval": "1s"}}}],
      "expect": [{"connection": "busy", "is": "held"}]})");
    write("short.json", R"({"duration": "1s", "connections": [{"name": "c"}],
      "expect": [{"connection": "c", "is": "held"}]})");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ + "/" + name) << text;
  }
  CommandResult stayalive(const std::string& arguments) const {
    return run_command("cd '" + folder_ + "' && '" + STAYALIVE_PROGRAM + "' " + arguments +
                       " 2>&1");
  }

  std::string folder_ = ::testing::TempDir() + "/stayalive limits " + std::to_string(::getpid());
};

TEST_F(LimitedWork, EveryCommandThatRunsEndsAtALimitAndSaysSo) {
  for (const std::string command :
       {"run long.json", "test long.json", "explain long.json busy", "explain long.json --ladder",
        "sweep long.json --axis seed=1,2", "compare openssh=1s home-router --jitter 5ms",
        "advise openssh home-router --jitter 5ms"}) {
    const CommandResult result = stayalive(command + " --max-events 1000");
    EXPECT_EQ(result.exit_code, 3) << command << result.output;
    EXPECT_TRUE(says(result.output, "stopped by --max-events 1000")) << command << result.output;
  }
}

TEST_F(LimitedWork, ARunThatReachesALimitIsShownAndTheNextIsRun) {
  CommandResult result = stayalive("run --max-events 1000 long.json short.json");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_TRUE(says(result.output, "only a part: stopped by --max-events 1000 after 4m9.00"));
  EXPECT_TRUE(says(result.output, " of 40m; this is known so far"));
  EXPECT_TRUE(says(result.output, "open   busy held throughout"));
  EXPECT_TRUE(says(result.output, "holds  c held throughout"));
  EXPECT_TRUE(says(result.output, "stopped by --max-events 1000: 1 of 2 scenarios run to the end"));
  result = stayalive("run --max-events 1000 --format json long.json");
  EXPECT_TRUE(says(result.output, R"("ended_early": {
        "reason": "event-limit",
        "limit": "--max-events 1000",
        "planned": 2400.0)"));
  EXPECT_TRUE(
      says(stayalive("run --max-events 1000 --format csv long.json").output, ",event-limit,"));
}

TEST_F(LimitedWork, ATestNamesTheScenariosThatReachALimit) {
  const CommandResult result = stayalive("test --max-events 1000 long.json short.json");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_TRUE(says(result.output, "long.json: stopped by --max-events 1000\n"));
  EXPECT_TRUE(says(result.output, "1 holds, 0 fail"));
  EXPECT_TRUE(says(result.output, "stopped by --max-events 1000: 1 of 2 scenarios run\n"));
}

TEST_F(LimitedWork, ASweepFinishesThePointsThatReachNoLimit) {
  const std::string sweep =
      "sweep long.json --axis duration=1s,40m,2s --seeds 2 --format csv --resume r.jsonl ";
  CommandResult result = stayalive(sweep + "--max-events 1000");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_TRUE(says(result.output, "stopped by --max-events 1000: 2 of 3 points"));
  EXPECT_TRUE(says(result.output, "\r\n1s,busy,2,2,"));
  EXPECT_TRUE(says(result.output, "\r\n2s,busy,2,2,"));
  EXPECT_FALSE(says(result.output, "\r\n40m"));
}

TEST_F(LimitedWork, AComparisonKeepsWhatCameBefore) {
  const CommandResult result = stayalive(
      "compare openssh=1h openssh=1s home-router --jitter 5ms --survive 2h --max-events 5000");
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_TRUE(says(result.output, "\nopenssh=1h")) << result.output;
  EXPECT_FALSE(says(result.output, "\nopenssh=1s")) << result.output;
  EXPECT_TRUE(says(result.output, "stopped by --max-events 5000: 1 of 2 compared"));
}

TEST_F(LimitedWork, AHopelessRunIsRefused) {
  write("many.json", R"({"connections": [{"count": 20000, "strategy": "ssh"}]})");
  CommandResult result = stayalive("run many.json --max-memory 100MiB");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_TRUE(says(result.output, "many.json: its connections take about 31"));
  EXPECT_TRUE(says(result.output, "MiB of memory, and it may have 100MiB")) << result.output;
  result = stayalive("run long.json --max-events 10");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_TRUE(says(result.output, "it takes about 1e+04 events")) << result.output;
  for (const std::string wrong :
       {"--max-memory 0", "--max-memory 5", "--max-memory 1023KiB", "--max-memory 1MB",
        "--max-memory x", "--max-events 0", "--max-events -1", "--max-events 1k"}) {
    EXPECT_EQ(stayalive("run short.json " + wrong).exit_code, 2) << wrong;
  }
}

TEST_F(LimitedWork, ACheckSaysWhatARunWouldTake) {
  EXPECT_EQ(stayalive("check short.json").output, "short.json: ok\n");
  EXPECT_TRUE(says(stayalive("check --estimate long.json").output,
                   "a run takes at most about 9616 events, and 1040KiB of memory"))
      << stayalive("check --estimate long.json").output;
  EXPECT_TRUE(says(stayalive("check --estimate short.json").output,
                   "events, fewer where everything repeats itself, and"));
}

}  // namespace
}  // namespace stayalive
