// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "support/command.h"
#include "support/golden.h"
#include "support/says.h"

namespace stayalive {
namespace {

// A folder with a scenario in it, in which a user works.
class SweepCommand : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(folder_);
    write("s.json", R"({"title": "A ping over a lossy line", "duration": "2h",
      "path": [{"link": {"name": "line", "loss": "10%"}},
               {"middlebox": {"name": "box", "profile": "linux-conntrack",
                              "timeouts": {"udp.single": "30s", "udp.stream": "60s"}}}],
      "connections": [{"name": "c", "transport": "udp",
                       "strategy": {"keepalive": {"interval": "20s"}}}],
      "sweep": {"connections.c.strategy.keepalive.interval": "10s..80s/10s"}})");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ + "/" + name, std::ios::binary) << text;
  }
  std::string text_of(const std::string& name) const {
    std::ifstream in(folder_ + "/" + name, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
  }
  // Runs a shell command in the folder; $S is the program.
  CommandResult shell(const std::string& command) const {
    return run_command("cd '" + folder_ + "' && S='" + STAYALIVE_PROGRAM + "' && { " + command +
                       "; }");
  }
  CommandResult sweep(const std::string& arguments) const {
    return shell("$S sweep " + arguments + " 2>&1");
  }
  // Begins a long sweep, sends it a signal once it has finished a few points, and says how it
  // ended.
  CommandResult interrupted(const std::string& signal) const {
    return shell("$S sweep " + std::string(kLong) +
                 " --jobs 1 --resume f.jsonl > part.csv 2> said & pid=$!; "
                 "n=0; until [ -f f.jsonl ] && [ $(wc -l < f.jsonl) -ge 4 ] || [ $n = 720000 ]; "
                 "do sleep 0.005; n=$((n+1)); done; "
                 "kill -" +
                 signal + " $pid; wait $pid");
  }

  static constexpr const char* kLong =
      "s.json --seeds 4 --axis path.line.loss=1%,3%,5%,7%,9% --format csv";
  std::string folder_ = ::testing::TempDir() + "/stayalive sweep " + std::to_string(::getpid());
};

TEST_F(SweepCommand, ShowsWhereAConnectionCeasesToHold) {
  const CommandResult result = sweep("s.json --axis path.line.loss=0%");
  EXPECT_EQ(result.exit_code, 0) << result.output;
  EXPECT_TRUE(says(result.output, "---- holds up to 30s, not at 40s ----"));
  EXPECT_TRUE(says(result.output, "c holds up to 30s; at 40s box forgets it: udp.single 30s"));
}

TEST_F(SweepCommand, TheNumberOfJobsChangesNoByte) {
  for (const char* format : {"text", "json", "csv"}) {
    const std::string arguments = std::string("s.json --seeds 2 --format ") + format;
    const CommandResult one = sweep(arguments + " --jobs 1");
    const CommandResult four = sweep(arguments + " --jobs 4");
    EXPECT_EQ(one.exit_code, 0);
    EXPECT_EQ(one.output, four.output);
  }
}

TEST_F(SweepCommand, MistakesAreToldBeforeAnythingRuns) {
  const std::pair<const char*, const char*> mistakes[] = {
      {"s.json --axis connections.c.strategy.keepalive.intervall=1s", "intervall"},
      {"s.json --axis path.linee.loss=1%", "did you mean \"line\"?"},
      {"s.json --axis path.line.loss=much", "much"},
      {"s.json --axis path.line.loss", "--axis path.line.loss"},
      {"s.json --axis seed=1 --axis seed=2", "given twice"},
      {"s.json --seeds 0", "--seeds"},
      {"s.json --jobs 1025", "--jobs"},
      {"s.json --format xml", "--format"},
      {"none.json", "none.json"},
      {"s.json --resume no/such/folder", "no/such/folder"},
  };
  for (const auto& [arguments, said] : mistakes) {
    const CommandResult result = sweep(arguments);
    EXPECT_EQ(result.exit_code, 2) << arguments;
    EXPECT_TRUE(says(result.output, said));
    EXPECT_EQ(result.output.find("HELD"), std::string::npos) << result.output;
  }
}

TEST_F(SweepCommand, SaysWhereSeedsChangeNothing) {
  const CommandResult result = sweep("s.json --seeds 5 --axis path.line.loss=0%");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_TRUE(says(result.output, "note: nothing depends on chance"));
  EXPECT_TRUE(says(result.output, "8 points, 1 run each"));
  EXPECT_EQ(sweep("s.json --seeds 5").output.find("note:"), std::string::npos);
}

TEST_F(SweepCommand, AfterCtrlCTheFinishedPointsAreShownAndTheRestCanBeRun) {
  const std::string whole = shell("$S sweep " + std::string(kLong)).output;
  EXPECT_EQ(interrupted("INT").exit_code, 130);
  const std::string said = text_of("said");
  EXPECT_TRUE(says(said, "interrupted: "));
  EXPECT_TRUE(says(said, " of 40 points"));
  EXPECT_TRUE(says(said, "--resume f.jsonl"));
  // What was printed are the finished points, as far as they got.
  const auto finished = lines_of(text_of("f.jsonl")).size() - 1;
  EXPECT_EQ(lines_of(text_of("part.csv")).size() - 1, finished);
  EXPECT_LT(finished, 40u);
  const CommandResult rest = shell("$S sweep " + std::string(kLong) + " --resume f.jsonl");
  EXPECT_EQ(rest.exit_code, 0);
  EXPECT_EQ(rest.output, whole);
  EXPECT_EQ(lines_of(text_of("f.jsonl")).size(), 41u) << "each point is run once";
}

TEST_F(SweepCommand, KilledItLosesAtMostThePointThatWasBeingWritten) {
  const std::string whole = shell("$S sweep " + std::string(kLong)).output;
  EXPECT_NE(interrupted("KILL").exit_code, 0);
  const std::string kept = text_of("f.jsonl");
  // The worst that can happen to the last line.
  write("f.jsonl", kept + R"({"point":)");
  const CommandResult rest = shell("$S sweep " + std::string(kLong) + " --resume f.jsonl");
  EXPECT_EQ(rest.exit_code, 0);
  EXPECT_EQ(rest.output, whole);
  EXPECT_TRUE(text_of("f.jsonl").starts_with(kept));
  EXPECT_EQ(lines_of(text_of("f.jsonl")).size(), 41u);
}

TEST_F(SweepCommand, WithoutAFileOneIsMadeWhenItIsInterrupted) {
  const CommandResult result = shell(
      std::string(kGuardedAgainstHanging) +
      "($S sweep s.json --seeds 20000 --axis path.line.loss=0%,10% --jobs 2 > part 2> said & " +
      std::string(kInterruptIt) + ")");
  EXPECT_EQ(result.exit_code, 130) << text_of("said");
  const std::string said = text_of("said");
  EXPECT_TRUE(says(said, "stayalive-sweep-"));
  EXPECT_TRUE(says(said, "--axis path.line.loss=0%,10% --seeds 20000 --jobs 2 --resume"));
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
    files += entry.path().extension() == ".jsonl" ? 1U : 0U;
  }
  EXPECT_EQ(files, 1u);
}

TEST_F(SweepCommand, TheFileOfAnotherSweepIsRefusedAndLeftAlone) {
  ASSERT_EQ(sweep("s.json --seeds 2 --resume f.jsonl").exit_code, 0);
  const std::string kept = text_of("f.jsonl");
  const CommandResult again = sweep("s.json --seeds 2 --resume f.jsonl");
  EXPECT_EQ(again.exit_code, 0) << "everything is done";
  const CommandResult more = sweep("s.json --seeds 3 --resume f.jsonl");
  EXPECT_EQ(more.exit_code, 2);
  EXPECT_TRUE(says(more.output, "what differs: --seeds"));
  EXPECT_EQ(text_of("f.jsonl"), kept);
  const CommandResult scenario = sweep("s.json --seeds 2 --resume s.json");
  EXPECT_EQ(scenario.exit_code, 2);
  EXPECT_TRUE(says(scenario.output, "not the file of a sweep"));
  EXPECT_TRUE(says(text_of("s.json"), "A ping over a lossy line"));
}

TEST_F(SweepCommand, NamesASeedWithWhichAConnectionFailsAsARunShows) {
  const std::string csv = sweep(
                              "s.json --seeds 20 --axis path.line.loss=10% --axis "
                              "connections.c.strategy.keepalive.interval=20s --format csv")
                              .output;
  // The last two columns are the axes as numbers.
  std::size_t end = csv.rfind(',', csv.rfind(',') - 1);
  ASSERT_NE(end, std::string::npos) << csv;
  const std::size_t comma = csv.rfind(',', end - 1);
  const std::string seed = csv.substr(comma + 1, end - comma - 1);
  ASSERT_FALSE(seed.empty()) << csv;
  write("s.json", text_of("s.json").replace(text_of("s.json").find("\"connections\""), 0,
                                            R"("expect": [{"connection": "c", "is": "alive"}], )"));
  const CommandResult told = shell("$S explain s.json --seed " + seed);
  EXPECT_TRUE(says(told.output, "box forgot the connection"));
}

TEST_F(SweepCommand, GoesOnWithPopulations) {
  write("p.json", R"({"duration": "20m",
      "path": [{"middlebox": {"name": "box", "profile": "home-router",
                              "timeouts": {"tcp.established": "5m"}}}],
      "connections": [{"name": "sessions", "count": 10, "spread": "1m",
                       "strategy": {"ssh": {"server_alive_interval": "4m"}}}],
      "sweep": {"connections.sessions.strategy.ssh.server_alive_interval": ["4m", "6m"]}})");
  const CommandResult first = sweep("p.json --resume p.jsonl");
  EXPECT_EQ(first.exit_code, 0) << first.output;
  EXPECT_TRUE(says(first.output, "10/10"));
  EXPECT_TRUE(says(first.output, " 0/10"));
  EXPECT_TRUE(says(first.output, "holds up to 4m, not at 6m"));
  EXPECT_EQ(sweep("p.json --resume p.jsonl").output, first.output) << "nothing is run again";
}

TEST_F(SweepCommand, AChangedProfileFileMakesItAnotherSweep) {
  write("box.json", project_text("scenarios/profiles/openwrt.json"));
  const std::string arguments =
      "s.json --seeds 1 --axis path.box.profile=./box.json --resume f.jsonl";
  write("box.json", project_text("scenarios/profiles/openwrt.json"));
  ASSERT_EQ(sweep(arguments).exit_code, 0) << sweep(arguments).output;
  write("box.json", project_text("scenarios/profiles/openwrt.json") + "\n");
  const CommandResult result = sweep(arguments);
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_TRUE(says(result.output, "what differs: the profile files"));
}

TEST_F(SweepCommand, FailsWhereAnExpectationDoesNotComeTrueAtSomePoint) {
  // A box that forgets after 60 s, and probes in steps of 20 s.
  write("e.json", R"({"duration": "10m",
    "path": [{"middlebox": {"name": "box", "profile": "aws-nlb",
                            "timeouts": {"tcp.established": "60s"}}}],
    "connections": [{"name": "c",
                     "strategy": {"tcp_keepalive": {"idle": "30s", "interval": "10s"}}}],
    "expect": [{"connection": "c", "is": "held"},
               {"connection": "c", "keepalives": {"at_least": 2}}],
    "sweep": {"connections.c.strategy.tcp_keepalive.idle": "20s..80s/20s"}})");
  EXPECT_EQ(sweep("e.json").exit_code, 0) << "without --expect";
  const CommandResult failed = sweep("e.json --expect");
  EXPECT_EQ(failed.exit_code, 1);
  EXPECT_TRUE(says(failed.output,
                   "FAILS  c held throughout: at 2 of 4 points\n"
                   "         idle 1m: found: client: "));
  EXPECT_TRUE(says(failed.output, "because: box forgot the connection at 1m: its timer"));
  EXPECT_TRUE(says(failed.output, "holds  c: keepalives sent: at least 2"));
  EXPECT_EQ(
      sweep("e.json --expect --axis connections.c.strategy.tcp_keepalive.idle=20s,59s").exit_code,
      0);
  const CommandResult json = sweep("e.json --expect --format json");
  EXPECT_TRUE(says(json.output, "\"holds\": false"));
  EXPECT_TRUE(says(json.output, "\"expect\": \"c held throughout\""));
  const CommandResult nothing = sweep("s.json --expect");
  EXPECT_EQ(nothing.exit_code, 2);
  EXPECT_TRUE(says(nothing.output, "the scenario expects nothing"));
}

TEST_F(SweepCommand, ExpectationsAreOfEveryRunAndKeptInTheResumeFile) {
  std::string text = text_of("s.json");
  text.insert(text.find("\"sweep\""), R"("expect": [{"connection": "c", "is": "held"}], )");
  write("p.json", text);
  const std::string arguments =
      "p.json --expect --seeds 5 --axis connections.c.strategy.keepalive.interval=20s,25s";
  const CommandResult once = sweep(arguments + " --resume r.jsonl");
  EXPECT_EQ(once.exit_code, 1);
  EXPECT_TRUE(says(once.output, " of 5 runs, first with --seed "));
  const CommandResult again = sweep(arguments + " --resume r.jsonl");
  EXPECT_EQ(again.exit_code, 1);
  EXPECT_EQ(again.output, once.output) << "nothing is run a second time";
  EXPECT_EQ(sweep(arguments + " --jobs 1").output + "wrote r.jsonl\n", once.output);
}

}  // namespace
}  // namespace stayalive
