// SPDX-License-Identifier: Apache-2.0
// Full disks, closed descriptors and broken pipes: what is printed is there, or the exit code says
// that it is not.
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "support/command.h"
#include "support/golden.h"
#include "support/small_scenario.h"
#include "support/temporary_folder.h"

namespace stayalive {
namespace {

constexpr const char* kBox = "--through openwrt --survive 1h";

// A folder with a scenario in it, in which a user works.
class FailingOutput : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_.write("s.json", small_scenario("4m", kAlive));
    folder_.write("t.json", R"({"duration": "1h", "connections": [{"name": "c"}],
      "sweep": {"connections.c.start": "1s..40s/1s"}})");
  }

  // Runs a command of bash in the folder; $S is the program.
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
  // Every file, and nothing that was begun and left behind.
  std::size_t files() const {
    std::size_t count = 0;
    for ([[maybe_unused]] const auto& entry : std::filesystem::directory_iterator(folder_.path()))
      ++count;
    return count;
  }

  // Each command that prints to standard output.
  static std::vector<std::string> commands() {
    return {"run s.json",
            "run --format json s.json",
            "explain s.json",
            "explain s.json c --ladder",
            "explain s.json c --svg -",
            "test .",
            "check s.json",
            "profiles",
            "profiles aws-nlb",
            "schema",
            "sweep t.json",
            "sweep t.json --format csv",
            std::string("compare --strategy openssh=60s ") + kBox,
            std::string("advise --strategy openssh ") + kBox,
            "--help",
            "--version",
            "run --help"};
  }

  TemporaryFolder folder_;
};

TEST_F(FailingOutput, AFullDiskIsAnErrorOfEveryCommand) {
  for (const std::string& command : commands()) {
    const CommandResult result = shell("$S " + command + " 2>&1 >/dev/full");
    EXPECT_EQ(result.exit_code, 2) << command;
    EXPECT_EQ(result.output, "error: standard output cannot be written: No space left on device\n")
        << command;
  }
}

TEST_F(FailingOutput, AClosedDescriptorIsAnErrorAndNobodyElsesFile) {
  for (const std::string& command : commands()) {
    const CommandResult result = shell("$S " + command + " 2>&1 >&-");
    EXPECT_EQ(result.exit_code, 2) << command;
    EXPECT_EQ(result.output, "error: standard output cannot be written: Bad file descriptor\n")
        << command;
  }
  EXPECT_EQ(shell("$S sweep t.json --resume r.jsonl >&- 2>&-").exit_code, 2);
  EXPECT_EQ(text_of("r.jsonl").find("CONNECTION"), std::string::npos) << "a log, not the report";
  EXPECT_EQ(shell("$S sweep t.json --resume r.jsonl <&- >/dev/null 2>&-").exit_code, 0);
  EXPECT_EQ(shell("$S run no.json 2>&-").exit_code, 2);
}

TEST_F(FailingOutput, ABrokenPipeEndsQuietlyAndWhatElseIsToBeDoneIsDone) {
  // More than a pipe holds.
  std::string connections = R"({"duration": "1h", "connections": [)";
  for (int i = 0; i < 400; ++i) {
    connections += (i == 0 ? "" : ", ") + std::string("{\"name\": \"c") + std::to_string(i) + "\"}";
  }
  folder_.write("many.json", connections + "]}");
  const CommandResult read = shell(
      "$S run --format json many.json 2>said | head -1; "
      "echo ${PIPESTATUS[0]}");
  EXPECT_EQ(read.output, "{\n141\n");
  EXPECT_EQ(text_of("said"), "");
  const CommandResult result = shell(
      "(trap '' PIPE; $S test many.json --format json --junit j.xml 2>said; echo $? >code) "
      "| true");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_NE(text_of("j.xml").find("</testsuites>"), std::string::npos);
  EXPECT_EQ(text_of("said"), "wrote j.xml\n");
}

TEST_F(FailingOutput, AFileIsWholeOrAsItWas) {
  folder_.write("old.svg", "<svg>old</svg>");
  folder_.write("old.xml", "<testsuites>old</testsuites>");
  folder_.write("old.json", small_scenario("5m", kAlive));
  const std::size_t before = files();
  // No file may become larger than nothing.
  const std::pair<std::string, std::string> commands[] = {
      {"explain s.json c --svg", "old.svg"},
      {"test s.json --junit", "old.xml"},
      {"advise --strategy openssh --through openwrt --survive 1h --write-scenario", "old.json"}};
  for (const auto& [command, file] : commands) {
    const std::string old = text_of(file);
    for (const std::string& name : {file, "new-" + file}) {
      const CommandResult result = shell("ulimit -f 0; $S " + command + " " + name +
                                         " 2>&1 | cat; "
                                         "exit ${PIPESTATUS[0]}");
      EXPECT_EQ(result.exit_code, 2) << command;
      EXPECT_NE(result.output.find("error: " + name + " cannot be written: File too large\n"),
                std::string::npos)
          << result.output;
    }
    EXPECT_EQ(text_of(file), old);
    EXPECT_EQ(shell("$S " + command + " " + file).exit_code, 0);
    EXPECT_NE(text_of(file), old);
  }
  EXPECT_EQ(files(), before) << "nothing half written is left";
}

TEST_F(FailingOutput, NothingIsWrittenOverAnInput) {
  const std::string scenario = text_of("s.json");
  for (const char* command :
       {"explain s.json c --svg s.json", "explain s.json c --svg s.json --force",
        "explain s.json c --svg ./link.json --force", "test . --junit s.json",
        "test . --junit s.json --force", "sweep t.json --resume t.json"}) {
    std::filesystem::remove(folder_.name("link.json"));
    std::filesystem::create_symlink("s.json", folder_.name("link.json"));
    EXPECT_EQ(shell(std::string("$S ") + command + " 2>&1").exit_code, 2) << command;
    EXPECT_EQ(text_of("s.json"), scenario) << command;
  }
  EXPECT_EQ(shell("$S explain s.json c --svg s.json 2>&1").output,
            "error: s.json is read by this command, and not written over\n");
  EXPECT_EQ(shell("$S sweep t.json --resume r.jsonl >r.jsonl").exit_code, 2);
  EXPECT_EQ(shell("$S test s.json --junit out.xml 2>&1 >out.xml").output,
            "error: out.xml is where standard output goes\n");
}

TEST_F(FailingOutput, AFileOfAnotherKindIsWrittenOverOnlyByForce) {
  folder_.write("notes.txt", "what I want to keep");
  EXPECT_EQ(shell("$S explain s.json c --svg notes.txt 2>&1").output,
            "error: notes.txt exists and is no SVG drawing; --force writes over it\n");
  EXPECT_EQ(shell("$S test s.json --junit notes.txt 2>/dev/null").exit_code, 2);
  const std::string advise = std::string("$S advise --strategy openssh ") + kBox;
  EXPECT_EQ(shell(advise + " --write-scenario notes.txt 2>&1").exit_code, 2);
  EXPECT_EQ(text_of("notes.txt"), "what I want to keep");
  EXPECT_EQ(shell("$S explain s.json c --svg notes.txt --force").exit_code, 0);
  EXPECT_EQ(text_of("notes.txt").substr(0, 4), "<svg");
  EXPECT_EQ(shell("$S test s.json --junit notes.txt 2>/dev/null").exit_code, 2) << "a drawing now";
  EXPECT_EQ(shell("$S test s.json --junit notes.txt --force").exit_code, 0);
  EXPECT_EQ(shell(advise + " --write-scenario notes.txt --force").exit_code, 0);
  EXPECT_EQ(shell(advise + " --write-scenario notes.txt").exit_code, 0) << "a scenario again";
}

TEST_F(FailingOutput, ALinkStaysALinkAndRightsStayAsTheyAre) {
  folder_.write("real/old.svg", "<svg>old</svg>");
  std::filesystem::create_symlink("real/old.svg", folder_.name("link.svg"));
  ASSERT_EQ(chmod(folder_.name("real/old.svg").c_str(), 0640), 0);
  EXPECT_EQ(shell("$S explain s.json c --svg link.svg").exit_code, 0);
  EXPECT_TRUE(std::filesystem::is_symlink(folder_.name("link.svg")));
  EXPECT_NE(text_of("real/old.svg"), "<svg>old</svg>");
  struct stat status {};
  ASSERT_EQ(stat(folder_.name("real/old.svg").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0640u);
  EXPECT_EQ(shell("umask 027; $S explain s.json c --svg new.svg").exit_code, 0);
  ASSERT_EQ(stat(folder_.name("new.svg").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0640u);
}

TEST_F(FailingOutput, ADeviceOrAPipeIsWrittenToAsItIs) {
  EXPECT_EQ(shell("$S test s.json --junit /dev/full 2>&1 >/dev/null").output,
            "error: /dev/full cannot be written: No space left on device\n");
  EXPECT_EQ(shell("$S test s.json --junit /dev/full >/dev/null 2>&1").exit_code, 2);
  EXPECT_EQ(shell("$S test s.json --junit /dev/null >/dev/null").exit_code, 0);
  const std::string piped = shell("mkfifo p; $S explain s.json c --svg p & cat p; wait $!").output;
  EXPECT_EQ(piped.substr(0, 4), "<svg");
  EXPECT_NE(piped.find("</svg>"), std::string::npos);
}

// How a sweep goes on with less room than its log takes, and afterwards with enough.
TEST_F(FailingOutput, AFullDiskStopsASweepWhichShowsAndKeepsWhatIsFinished) {
  const std::string whole = shell("$S sweep t.json --format csv").output;
  const CommandResult result =
      shell("ulimit -f 4; $S sweep t.json --format csv --jobs 1 --resume r.jsonl 2>said");
  EXPECT_EQ(result.exit_code, 2);
  const std::string said = text_of("said");
  EXPECT_NE(said.find("error: r.jsonl: the file cannot be written: File too large; 1 of the "
                      "finished points are not in it\n"),
            std::string::npos)
      << said;
  EXPECT_NE(said.find(" of 40 points\n"), std::string::npos) << said;
  const std::size_t shown = lines_of(result.output).size() - 1;
  const std::size_t kept = lines_of(text_of("r.jsonl")).size() - 1;
  EXPECT_GT(kept, 2u);
  EXPECT_EQ(shown, kept + 1) << "it stops at once";
  EXPECT_TRUE(whole.starts_with(result.output)) << result.output;
  EXPECT_TRUE(text_of("r.jsonl").ends_with("\n")) << "no half of a line is left";
  EXPECT_EQ(shell("$S sweep t.json --format csv --resume r.jsonl 2>said").output, whole);
  EXPECT_EQ(text_of("said"), "wrote r.jsonl\n");
  EXPECT_EQ(lines_of(text_of("r.jsonl")).size(), 41u) << "each point is run once";
}

TEST_F(FailingOutput, AFileSystemWithoutRoomLosesNothing) {
  const std::string mounted =
      "unshare -m bash -c 'mkdir -p m && mount -t tmpfs -o size=8k none m && ";
  if (shell(mounted + "true' 2>/dev/null").exit_code != 0) {
    GTEST_SKIP() << "only a superuser mounts a file system";
  }
  const CommandResult result =
      shell(mounted +
            "cd m && { $S sweep ../t.json --format csv --jobs 1 --resume r.jsonl 2>../said; "
            "echo $? >../code; tail -c1 r.jsonl | od -An -c >../end; ls -A >../left; "
            "$S explain ../s.json c --svg d.svg 2>../svg; echo $? >>../code; ls -A >>../left; }'");
  EXPECT_EQ(text_of("code"), "2\n2\n");
  EXPECT_NE(text_of("said").find("No space left on device"), std::string::npos) << text_of("said");
  EXPECT_EQ(text_of("svg"), "error: d.svg cannot be written: No space left on device\n");
  EXPECT_EQ(text_of("left"), "r.jsonl\nr.jsonl\n");
  EXPECT_NE(text_of("end").find("\\n"), std::string::npos);
  EXPECT_GT(lines_of(result.output).size(), 3u);
}

TEST_F(FailingOutput, ADamagedLineOfALogCostsItsPointAndIsNamed) {
  const std::string whole = shell("$S sweep t.json --format csv --resume r.jsonl").output;
  const std::string log = text_of("r.jsonl");
  const std::size_t third = log.find('\n', log.find('\n') + 1) + 1;
  std::string damaged = log;
  // Another number, and good JSON all the same.
  damaged[damaged.find("3600000000000", third)] = '4';
  folder_.write("r.jsonl", damaged.substr(0, damaged.size() - 9));
  EXPECT_EQ(shell("$S sweep t.json --format csv --resume r.jsonl 2>said").output, whole);
  EXPECT_EQ(text_of("said"),
            "note: r.jsonl: damaged: line 3; what was there is run again\n"
            "note: r.jsonl: the last line was cut short; its point is run again\n"
            "wrote r.jsonl\n");
  EXPECT_EQ(shell("$S sweep t.json --format csv --resume r.jsonl 2>said").output, whole);
  EXPECT_EQ(text_of("said"), "wrote r.jsonl\n") << "it is repaired";
  damaged = log;
  damaged[5] = '\a';
  folder_.write("r.jsonl", damaged);
  EXPECT_EQ(shell("$S sweep t.json --format csv --resume r.jsonl 2>said").output, whole);
  EXPECT_EQ(text_of("said"),
            "note: r.jsonl: the first line was damaged; it is written anew\nwrote r.jsonl\n");
  EXPECT_EQ(text_of("r.jsonl"), log);
}

TEST_F(FailingOutput, WithoutMemoryOneScenarioIsWrongAndTheOthersAreRun) {
  const std::string limit = "ulimit -v 300000; ";
  if (shell(limit + "$S --version >/dev/null 2>&1").exit_code != 0) {
    GTEST_SKIP() << "a sanitizer needs more memory than any limit leaves";
  }
  folder_.write("a/big.json", R"({"connections": [{"name": "many", "count": 8000000,
    "transport": "udp", "strategy": {"keepalive": {"interval": "10m"}}}]})");
  folder_.write("a/small.json", small_scenario("4m", kAlive));
  // As many threads as there is memory for, too.
  for (const char* jobs : {"1", "1024"}) {
    const CommandResult test = shell(limit + "$S test a --jobs " + jobs + " 2>&1");
    EXPECT_EQ(test.exit_code, 2) << test.output;
    EXPECT_NE(test.output.find("error: a/big.json: there is not enough memory for it\n"),
              std::string::npos)
        << test.output;
    EXPECT_NE(test.output.find("ok    a/small.json (1)\n"), std::string::npos) << test.output;
  }
  const CommandResult run = shell(limit + "$S run a/big.json a/small.json 2>&1");
  EXPECT_EQ(run.exit_code, 2) << run.output;
  EXPECT_NE(run.output.find("holds  c is alive"), std::string::npos) << run.output;
  for (const char* command : {"explain a/big.json", "sweep a/big.json --axis seed=1,2"}) {
    const CommandResult result = shell(limit + "$S " + command + " 2>&1");
    EXPECT_EQ(result.exit_code, 2) << command;
    EXPECT_NE(result.output.find("not enough memory"), std::string::npos) << result.output;
  }
}

TEST_F(FailingOutput, WhatHasNoEndIsNotReadForEver) {
  for (const char* command :
       {"run /dev/zero", "check /dev/zero", "test s.json --against /dev/zero",
        "sweep t.json --resume /dev/zero", "profiles ./zero.json",
        "run s.json --profiles /dev/zero", "mkfifo p; $S sweep t.json --resume p"}) {
    std::filesystem::remove(folder_.name("zero.json"));
    std::filesystem::create_symlink("/dev/zero", folder_.name("zero.json"));
    const std::string text = command;
    const CommandResult result =
        shell((text.starts_with("mkfifo") ? text : "$S " + text) + " 2>&1");
    EXPECT_EQ(result.exit_code, 2) << command << result.output;
  }
}

}  // namespace
}  // namespace stayalive
