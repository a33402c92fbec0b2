// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "support/command.h"
#include "support/says.h"
#include "support/temporary_folder.h"

namespace stayalive {
namespace {

// A folder with a scenario of 12 points in it, in which a user works.
class MergeCommand : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_.write("s.json", R"({"title": "A ping over a lossy line", "duration": "30m",
      "path": [{"link": {"name": "line", "loss": "10%"}},
               {"middlebox": {"name": "box", "profile": "linux-conntrack",
                              "timeouts": {"udp.single": "30s", "udp.stream": "60s"}}}],
      "connections": [{"name": "c", "transport": "udp",
                       "strategy": {"keepalive": {"interval": "20s"}}}],
      "expect": [{"connection": "c", "is": "alive"}],
      "sweep": {"connections.c.strategy.keepalive.interval": "20s..80s/20s",
                "path.line.loss": ["0%", "1%", "10%"]}})");
  }
  // Runs shell commands in the folder; $S is the program.
  CommandResult shell(const std::string& commands) const {
    return run_command("cd '" + folder_.path().string() + "' && S='" + STAYALIVE_PROGRAM +
                       "' && { " + commands + "; } 2>&1");
  }
  void run_shards() const {
    for (const char* number : {"1", "2"}) {
      const CommandResult result = shell(std::string("$S sweep s.json --seeds 3 --shard ") +
                                         number + "/2 --resume " + number + ".jsonl");
      ASSERT_EQ(result.exit_code, 0) << result.output;
      EXPECT_TRUE(
          says(result.output, std::string("shard ") + number + " of 2: 6 of the 12 points"));
    }
  }
  std::string text_of(const std::string& name) const {
    std::ifstream in(folder_.name(name), std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }

  TemporaryFolder folder_;
};

TEST_F(MergeCommand, PrintsWhatOneMachinePrintsInEveryFormat) {
  run_shards();
  for (const char* format : {"text", "json", "csv", "markdown"}) {
    const std::string end = std::string(" --format ") + format + " 2>/dev/null";
    const CommandResult one = shell("$S sweep s.json --seeds 3" + end);
    const CommandResult merged = shell("$S merge 2.jsonl 1.jsonl" + end);
    EXPECT_EQ(merged.exit_code, 0);
    EXPECT_GT(merged.output.size(), 500U);
    EXPECT_EQ(merged.output, one.output) << format;
  }
  const CommandResult charts = shell(
      "$S sweep s.json --seeds 3 --svg a.svg >/dev/null && $S merge 1.jsonl 2.jsonl --svg b.svg "
      ">/dev/null");
  EXPECT_EQ(charts.exit_code, 0) << charts.output;
  EXPECT_TRUE(says(text_of("b.svg"), "</svg>"));
  EXPECT_EQ(text_of("b.svg"), text_of("a.svg"));
  const CommandResult one = shell("$S sweep s.json --seeds 3 --expect 2>/dev/null");
  const CommandResult expecting = shell("$S merge 1.jsonl 2.jsonl --expect 2>/dev/null");
  EXPECT_EQ(expecting.exit_code, 1) << "at 80s the box forgets it";
  EXPECT_EQ(expecting.output, one.output);
}

TEST_F(MergeCommand, AShardThatDiesCostsItsPointsAndItsCommandGoesOn) {
  run_shards();
  const std::string whole = shell("$S merge 1.jsonl 2.jsonl --format csv").output;
  // Killed while it wrote its fifth line: the first two are no points.
  const CommandResult partial = shell(
      "head -n 4 2.jsonl > cut && sed -n 5p 2.jsonl | head -c 50 >> cut && mv cut 2.jsonl; "
      "$S merge 1.jsonl 2.jsonl");
  EXPECT_EQ(partial.exit_code, 2);
  EXPECT_TRUE(says(partial.output, "2.jsonl: the last line was cut short; its point is not known"));
  EXPECT_TRUE(says(partial.output,
                   "shard 2/2: 4 of its 6 points are missing; its command goes on "
                   "with --resume 2.jsonl"));
  EXPECT_TRUE(says(partial.output, "12 points, 3 runs of each that depends on chance; 8 of them"));
  EXPECT_TRUE(says(partial.output, "incomplete: 8 of 12 points"));
  const std::string kept = text_of("2.jsonl");
  EXPECT_EQ(shell("$S sweep s.json --seeds 3 --shard 2/2 --resume 2.jsonl").exit_code, 0);
  EXPECT_TRUE(text_of("2.jsonl").starts_with(kept.substr(0, kept.rfind('\n'))));
  EXPECT_EQ(shell("wc -l < 2.jsonl").output, "8\n") << "no point is run twice";
  EXPECT_EQ(shell("$S merge 1.jsonl 2.jsonl --format csv").output, whole);
}

TEST_F(MergeCommand, ALineChangedInTheMiddleIsNamedAndItsPointIsMissing) {
  run_shards();
  const CommandResult result =
      shell("sed -i '5s/connections/connectiens/' 1.jsonl; $S merge 1.jsonl 2.jsonl");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_TRUE(says(result.output, "1.jsonl: damaged: line 5; what was there is not known"));
  EXPECT_TRUE(says(result.output, "shard 1/2: 1 of its 6 points is missing"));
  EXPECT_TRUE(says(result.output, "\n  connections.c.strategy.keepalive.interval="));
}

TEST_F(MergeCommand, MistakesAreTold) {
  run_shards();
  const CommandResult other = shell(
      "$S sweep s.json --seeds 2 --shard 2/2 && $S merge 1.jsonl stayalive-sweep-*-2-of-2.jsonl");
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_TRUE(says(other.output,
                   "this is the file of another sweep; what differs: --seeds; "
                   "compared with 1.jsonl"));
  const std::pair<const char*, const char*> mistakes[] = {
      {"sweep s.json --shard 0/4", "--shard 0/4: there is no such shard; allowed: I/N"},
      {"sweep s.json --shard 5/4", "--shard 5/4: there is no such shard"},
      {"sweep s.json --shard 1", "--shard 1: there is no such shard"},
      {"sweep s.json --shard 1/4 --format csv", "--format has no effect with --shard"},
      {"sweep s.json --shard 1/4 --svg a.svg", "--svg has no effect with --shard"},
      {"sweep s.json --shard 1/4 --expect", "--expect has no effect with --shard"},
      {"merge", "LOG is required"},
      {"merge s.json", "s.json: this is not the file of a sweep"},
      {"merge none.jsonl", "none.jsonl: the file cannot be read: No such file"},
      {"merge 1.jsonl none.jsonl", "none.jsonl: the file cannot be read: No such file"},
      {"merge .", "this is no ordinary file"},
      {"merge 1.jsonl 2.jsonl --svg 1.jsonl", "1.jsonl"},
  };
  const std::string log = text_of("1.jsonl");
  for (const auto& [arguments, said] : mistakes) {
    const CommandResult result = shell(std::string("$S ") + arguments);
    EXPECT_EQ(result.exit_code, 2) << arguments;
    EXPECT_TRUE(says(result.output, said));
    EXPECT_EQ(result.output.find("HELD"), std::string::npos) << result.output;
  }
  EXPECT_EQ(text_of("1.jsonl"), log);
}

}  // namespace
}  // namespace stayalive
