// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "support/command.h"
#include "support/says.h"

namespace stayalive {
namespace {

// A folder with scenarios in it, of which one has the connection "pool".
class SetOption : public ::testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::create_directories(folder_);
    write("pool.json", R"({"duration": "1h",
      "path": [{"middlebox": {"name": "nat", "profile": "aws-nat-gateway"}}],
      "connections": [{"name": "pool", "strategy": {"tcp_keepalive": {"idle": "5m"}}}],
      "expect": [{"connection": "pool", "is": "alive"}]})");
    write("other.json", R"({"connections": [{"name": "session", "strategy": "ssh"}],
      "expect": [{"connection": "session", "is": "alive"}]})");
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }
  void write(const std::string& name, const std::string& text) const {
    std::ofstream(folder_ + "/" + name, std::ios::binary) << text;
  }
  // Runs the program in the folder, with both of its outputs.
  CommandResult call(const std::string& arguments) const {
    return run_command("cd '" + folder_ + "' && '" + STAYALIVE_PROGRAM + "' " + arguments +
                       " 2>&1");
  }

  std::string folder_ = ::testing::TempDir() + "stayalive-set";
};

TEST_F(SetOption, ChangesWhatARunShows) {
  EXPECT_EQ(call("run pool.json").exit_code, 0);
  // The gateway forgets after 350 s: 349 s are kept, 351 s are not.
  const std::string idle = " --set connections.pool.strategy.tcp_keepalive.idle=";
  EXPECT_EQ(call("run pool.json" + idle + "349s").exit_code, 0);
  EXPECT_EQ(call("run pool.json" + idle + "351s").exit_code, 1);
  EXPECT_EQ(call("run pool.json --set /connections/0/strategy/tcp_keepalive/idle=351s").exit_code,
            1);
  EXPECT_EQ(call("run pool.json --set 'connections[0].strategy={\"tcp_keepalive\": "
                 "{\"idle\": \"351s\"}}'")
                .exit_code,
            1);
  EXPECT_EQ(
      call("run pool.json" + idle + "351s --set path.nat.timeouts.tcp.established=400s").exit_code,
      0)
      << "several, one after the other";
}

TEST_F(SetOption, HoldsForExplainCheckAndSweep) {
  const std::string idle = " --set connections.pool.strategy.tcp_keepalive.idle=351s";
  EXPECT_TRUE(says(call("explain pool.json" + idle).output, "nat forgot the connection"));
  EXPECT_EQ(call("check pool.json" + idle).exit_code, 0);
  EXPECT_TRUE(says(call("check pool.json --set duration=5x").output,
                   "error: pool.json: at /duration: found \"5x\" (with --set duration=5x); "
                   "allowed: a span"));
  const std::string swept = call("sweep pool.json --axis duration=4m,1h" + idle).output;
  EXPECT_TRUE(says(swept, "holds up to 4m")) << swept;
}

TEST_F(SetOption, AnswersAWrongPathWithWhatThereIs) {
  const CommandResult wrong = call("run pool.json --set connections.pol.start=5s");
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_EQ(wrong.output,
            "error: pool.json: the path leads nowhere: at /connections there is no \"pol\" (with "
            "--set connections.pol.start=5s); allowed: pool or 0; did you mean \"pool\"?\n");
  EXPECT_TRUE(says(call("run pool.json --set pool").output, "error: --set: found \"pool\""));
  EXPECT_TRUE(says(call("check other.json --set connections.session.strt=5s").output,
                   "did you mean \"start\"?"));
}

TEST_F(SetOption, OfSeveralFilesConcernsThoseThatHaveThePlaceAndOneAtLeast) {
  const std::string idle = " --set connections.pool.strategy.tcp_keepalive.idle=";
  const CommandResult fails = call("test ." + idle + "351s");
  EXPECT_EQ(fails.exit_code, 1) << fails.output;
  EXPECT_TRUE(says(fails.output, "in 1 of 2 files; the others have no such place")) << fails.output;
  EXPECT_TRUE(says(fails.output, "ok    other.json")) << fails.output;
  EXPECT_EQ(call("test ." + idle + "349s").exit_code, 0);
  EXPECT_FALSE(says(call("test . --set duration=2h").output, "note:")) << "both have it";
  for (const char* command : {"test .", "run pool.json other.json", "check pool.json other.json"}) {
    const CommandResult none = call(std::string(command) + " --set connections.pol.start=5s");
    EXPECT_EQ(none.exit_code, 2) << none.output;
    EXPECT_TRUE(says(none.output, "there is no \"pol\"")) << none.output;
    EXPECT_TRUE(says(none.output, "nor in any other of 2 files")) << none.output;
  }
}

TEST_F(SetOption, IsPartOfWhatASweepThatIsResumedDependsOn) {
  const std::string sweep = "sweep pool.json --axis duration=4m,1h --resume log.jsonl";
  EXPECT_EQ(call(sweep + " --set late_after=1s").exit_code, 0);
  EXPECT_EQ(call(sweep + " --set late_after=1s").exit_code, 0);
  const CommandResult other = call(sweep + " --set late_after=2s");
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_TRUE(says(other.output, "what differs: --set")) << other.output;
}

TEST_F(SetOption, IsRefusedWhereThereIsNoScenario) {
  const CommandResult profile = run_command(std::string(STAYALIVE_PROGRAM) +
                                            " check scenarios/profiles/openwrt.json"
                                            " --set duration=1h 2>&1");
  EXPECT_EQ(profile.exit_code, 2) << profile.output;
  EXPECT_TRUE(says(profile.output, "a scenario, in which --set replaces something"));
}

TEST_F(SetOption, IsNamedInTheResult) {
  const std::string set =
      " --set connections.pool.strategy.tcp_keepalive.idle=349s --set duration=2h";
  const std::string named = R"("set": [
        "connections.pool.strategy.tcp_keepalive.idle=349s",
        "duration=2h"
      ])";
  EXPECT_TRUE(says(call("run pool.json --format json" + set).output, named));
  EXPECT_TRUE(says(call("run pool.json --format json").output, R"("set": [])"));
  const std::string table = call("run pool.json --format csv" + set).output;
  EXPECT_TRUE(says(table, "connections.pool.strategy.tcp_keepalive.idle=349s; duration=2h"));
  EXPECT_TRUE(says(table, "pool held by 1s (nat: tcp.established 5m50s)")) << "and its warnings";
  EXPECT_EQ(call("run pool.json --strict" + set).exit_code, 2);
}

TEST_F(SetOption, CheckLooksIntoFolders) {
  write("box.json", R"({"name": "box", "values": {}})");
  write("notes.json", R"({"notes": 1})");
  const CommandResult wrong = call("check .");
  EXPECT_EQ(wrong.exit_code, 2);
  EXPECT_TRUE(says(wrong.output, "pool.json: ok"));
  std::filesystem::remove(folder_ + "/box.json");
  std::filesystem::remove(folder_ + "/notes.json");
  const CommandResult right = call("check . --width 60");
  EXPECT_EQ(right.exit_code, 0) << right.output;
  EXPECT_TRUE(says(right.output, "other.json: ok"));
}

}  // namespace
}  // namespace stayalive
