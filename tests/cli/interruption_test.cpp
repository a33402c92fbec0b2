// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "support/command.h"
#include "support/golden.h"
#include "support/says.h"

namespace stayalive {
namespace {

// Somebody does not want to wait.  Signals are sent when the program waits for them, or has said
// something, never after a time.
class ImpatientUser : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(folder_);
    // It does not come to its end on any machine: jitter lets nothing repeat itself.
    write("endless.json", R"({"title": "Pings for ever", "duration": "36500d",
      "path": [{"link": {"name": "line", "jitter": "5ms"}},
               {"middlebox": {"name": "box", "profile": "home-router"}}],
      "connections": [{"name": "busy", "strategy": {"ssh": {"server_alive_interval": "1s"}}},
                      {"name": "silent", "strategy": "silent"}],
      "expect": [{"connection": "busy", "is": "held"},
                 {"connection": "silent", "side": "client", "is": "alive", "at": "1s"}]})");
    write("short.json", R"({"duration": "10m", "connections": [{"name": "c"}]})");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ + "/" + name) << text;
  }
  std::string text_of(const std::string& name) const {
    std::ifstream in(folder_ + "/" + name);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  // Begins the program, and sends it signals: the first when it waits for one, a further one each
  // time when it has said so much.
  CommandResult send(const std::string& arguments, const std::string& first,
                     const std::string& rest = "") const {
    return send_when(arguments, "kill -" + first + " $pid; " + rest);
  }
  // The same, where it says by itself when the first is sent.
  CommandResult send_when(const std::string& arguments, const std::string& script) const {
    return run_command(std::string(kGuardedAgainstHanging) + "cd '" + folder_ + "'; '" +
                       STAYALIVE_PROGRAM + "' " + arguments + " > part 2> said & " + kAwaitIt +
                       script + "wait $pid");
  }
  // Waits until the program has said something, or is gone.
  static std::string once_it_says(const std::string& words) {
    return "until grep -q '" + words + "' said || gone; do sleep 0.05; done; ";
  }

  // Waits until the program has computed for two seconds, whoever else does: what is brief is over.
  static std::string once_it_has_computed() {
    return "until [ $(cut -d ' ' -f 14 /proc/$pid/stat) -ge $((2 * $(getconf CLK_TCK))) ] || gone; "
           "do sleep 0.05; done; ";
  }

  std::string folder_ =
      ::testing::TempDir() + "/stayalive impatience " + std::to_string(::getpid());
};

TEST_F(ImpatientUser, ARunThatIsInterruptedShowsWhatIsKnownSoFar) {
  EXPECT_EQ(send("run endless.json", "INT").exit_code, 130);
  EXPECT_TRUE(says(text_of("part"), "only a part: interrupted after "));
  EXPECT_TRUE(says(text_of("part"), " of 36500d; this is known so far"));
  EXPECT_TRUE(says(text_of("part"), "open   busy held throughout"));
  EXPECT_TRUE(says(text_of("said"), "ending the run, once more to leave at once\n"));
  EXPECT_TRUE(says(text_of("said"), "interrupted: 0 of 1 scenario run to the end\n"));
}

TEST_F(ImpatientUser, ARunThatIsTerminatedSaysSoInEachForm) {
  const CommandResult result = send_when("run short.json endless.json short.json --format json",
                                         once_it_has_computed() + "kill -TERM $pid; ");
  EXPECT_EQ(result.exit_code, 143);
  EXPECT_TRUE(says(text_of("part"), R"("ended_early": {
        "reason": "terminated",
        "limit": null,
        "planned": 3153600000.0
      })"));
  EXPECT_TRUE(says(text_of("part"), R"(  "holds": null,)"));
  EXPECT_TRUE(says(text_of("part"), R"("ended_early": null,)"));
  EXPECT_TRUE(says(text_of("said"), "terminated: 1 of 3 scenarios run to the end\n"));
  EXPECT_EQ(send("run endless.json --format csv", "TERM").exit_code, 143);
  EXPECT_TRUE(says(text_of("part"), ",terminated,"));
}

TEST_F(ImpatientUser, AnInterruptedStoryIsToldAsFarAsItIsKnown) {
  for (const std::string what : {"busy", "", "silent --ladder"}) {
    EXPECT_EQ(send("explain endless.json " + what, "INT").exit_code, 130) << what;
    EXPECT_TRUE(says(text_of("part"), "only a part: interrupted after ")) << what;
  }
  EXPECT_EQ(send("explain endless.json silent --svg d.svg", "TERM").exit_code, 143);
  EXPECT_TRUE(says(text_of("d.svg"), "only a part: terminated after "));
  EXPECT_TRUE(says(text_of("d.svg"), "</svg>"));
}

TEST_F(ImpatientUser, WhatIsKnownSoFarIsNoBaseline) {
  ASSERT_EQ(send("run endless.json --format json", "INT").exit_code, 130);
  const CommandResult result = run_command("cd '" + folder_ + "' && '" + STAYALIVE_PROGRAM +
                                           "' test short.json --against part 2>&1");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_TRUE(says(result.output, "this run ended early"));
}

// A sweep whose first point is soon done and whose second never is.
constexpr const char* kEndlessSweep =
    "sweep endless.json --axis duration=10m,36500d --seeds 1 --jobs 1 --format csv";

TEST_F(ImpatientUser, TheSecondTimeLeavesARunAndKeepsEveryFinishedPoint) {
  const std::string logged =
      "until [ $(wc -l < r.jsonl) = 2 ] || gone; do sleep 0.05; done; ";  // head and point
  const CommandResult result = send_when(
      std::string(kEndlessSweep) + " --resume r.jsonl",
      logged + "kill -INT $pid; " + once_it_says("once more to leave them") + "kill -INT $pid; ");
  EXPECT_EQ(result.exit_code, 130);
  EXPECT_TRUE(
      says(text_of("said"), "finishing the runs that have begun, once more to leave them\n"));
  EXPECT_TRUE(says(text_of("said"), "interrupted: 1 of 2 points"));
  EXPECT_TRUE(says(text_of("said"), "--resume r.jsonl"));
  EXPECT_EQ(lines_of(text_of("part")).size(), 3u) << "a title and both connections of the point";
  EXPECT_EQ(lines_of(text_of("r.jsonl")).size(), 2u);
}

TEST_F(ImpatientUser, ATimeLimitLeavesRunsThatWouldGoOnForEver) {
  for (const std::string& command :
       {std::string(kEndlessSweep), std::string("run endless.json"),
        std::string("explain endless.json silent"), std::string("test endless.json short.json"),
        std::string("compare endless.json --survive 36500d")}) {
    const CommandResult result =
        run_command(std::string(kGuardedAgainstHanging) + "cd '" + folder_ + "' && '" +
                    STAYALIVE_PROGRAM + "' " + command + " --time-limit 100ms 2>&1");
    EXPECT_EQ(result.exit_code, 3) << command << result.output;
    EXPECT_TRUE(says(result.output, "stopped by --time-limit 100ms")) << command;
  }
}

TEST_F(ImpatientUser, ATestShowsWhatWasRunAndNamesWhatWasNot) {
  write("z.json", text_of("short.json"));
  const std::string twice = once_it_says("once more to leave them") + "kill -TERM $pid; ";
  EXPECT_EQ(send("test . --jobs 1 --format json", "TERM", twice).exit_code, 143);
  EXPECT_TRUE(says(text_of("part"), R"("reason": "terminated")"));
  EXPECT_TRUE(says(text_of("part"), R"("holds": null,)"));
  EXPECT_TRUE(says(text_of("part"), R"("not_run": 3,)"));
  EXPECT_TRUE(says(text_of("said"), "terminated: 0 of 3 scenarios run\n"));
  EXPECT_EQ(send("test short.json endless.json --jobs 1 --junit j.xml", "INT", twice).exit_code,
            130);
  EXPECT_TRUE(says(text_of("part"), "endless.json: not run"));
  EXPECT_TRUE(says(text_of("j.xml"), "not run: ended early"));
}

}  // namespace
}  // namespace stayalive
