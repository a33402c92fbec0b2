// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "support/command.h"
#include "support/golden.h"
#include "support/small_scenario.h"
#include "support/temporary_folder.h"

namespace stayalive {
namespace {

// Runs `stayalive test` in a folder, outside of any CI; both outputs together.
CommandResult test_in(const TemporaryFolder& folder, const std::string& arguments,
                      const std::string& environment = "GITHUB_ACTIONS=") {
  return run_command("cd '" + folder.path().string() + "' && env " + environment + " '" +
                     STAYALIVE_PROGRAM + "' test " + arguments + " 2>&1");
}

std::string file_text(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(TestCommand, ExitsWithZeroWhenAllHold) {
  const TemporaryFolder folder;
  folder.write("net/a.json", small_scenario("4m", kAlive));
  folder.write("net/package.json", "{\"scripts\": {}}");
  const CommandResult result = test_in(folder, ".");
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.output,
            "ok    net/a.json (1)\n\n1 scenario: 1 holds, 0 fail; 1 expectation, 0 failed; "
            "1 other JSON file skipped\n");
}

TEST(TestCommand, ExitsWithOneAndShowsWhatWasFoundInstead) {
  const TemporaryFolder folder;
  folder.write("a.json", small_scenario("1m", kAlive));
  const CommandResult result = test_in(folder, "a.json");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_TRUE(has(result.output,
                  "FAIL  a.json (1 of 1)\n      a.json:5:16\n"
                  "      - expected: c is alive\n      + found:    client: "))
      << result.output;
  EXPECT_FALSE(has(result.output, "::error")) << result.output;
}

TEST(TestCommand, ExitsWithTwoForAWrongFileAndRunsTheOthers) {
  const TemporaryFolder folder;
  folder.write("a.json", "{\"duratoin\": 1, \"connections\": [{\"name\": \"c\"}]}");
  folder.write("b.json", small_scenario("1m", kAlive));
  const CommandResult result = test_in(folder, ".");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_TRUE(has(result.output, "did you mean \"duration\"?")) << result.output;
  EXPECT_TRUE(has(result.output, "ERROR a.json: ")) << result.output;
  EXPECT_TRUE(has(result.output, "FAIL  b.json")) << result.output;
}

TEST(TestCommand, MistakesOnTheCommandLineExitWithTwo) {
  const TemporaryFolder folder;
  const std::string good = folder.write("a.json", small_scenario("4m", kAlive));
  folder.write("box.json", project_text("scenarios/profiles/openwrt.json"));
  folder.write("empty/notes.txt", "nothing");
  for (const char* arguments :
       {"", "missing.json", "box.json", "empty", "a.json --format xml", "a.json --jobs 1025",
        "a.json --jobs -1", "a.json --seed x", "a.json --against missing", "a.json --against empty",
        "a.json --against a.json", "a.json --junit no/such/folder.xml"}) {
    EXPECT_EQ(test_in(folder, arguments).exit_code, 2) << arguments;
  }
  EXPECT_EQ(test_in(folder, "a.json --junit no/such/folder.xml").output,
            "error: no/such/folder.xml cannot be written: No such file or directory\n")
      << "before anything is run";
  EXPECT_TRUE(has(test_in(folder, "empty").output, "there is no scenario in empty"));
  EXPECT_TRUE(has(test_in(folder, "box.json").output, "this is a profile"));
}

TEST(TestCommand, TheNumberOfJobsChangesNothing) {
  for (const char* format : {"text", "json", "csv"}) {
    // Those that take long begin with other letters.
    const std::string command = std::string("GITHUB_ACTIONS= '") + STAYALIVE_PROGRAM +
                                "' test scenarios/[a-o]*.json --format " + format + " --jobs ";
    const CommandResult one = run_command(command + "1");
    EXPECT_EQ(one.exit_code, 0) << one.output;
    EXPECT_EQ(run_command(command + "4").output, one.output) << format;
  }
}

TEST(TestCommand, OnGitHubFailuresAreShownBesideTheirLines) {
  const TemporaryFolder folder;
  folder.write("net/a.json", small_scenario("1m", kAlive));
  const CommandResult text = test_in(folder, "net", "GITHUB_ACTIONS=true");
  EXPECT_TRUE(has(text.output, "::error file=net/a.json,line=5,col=16,title=")) << text.output;
  const CommandResult below =
      run_command("cd '" + folder.name("net") + "' && env GITHUB_ACTIONS=true GITHUB_WORKSPACE='" +
                  folder.path().string() + "' '" + STAYALIVE_PROGRAM + "' test a.json");
  EXPECT_TRUE(has(below.output, "::error file=net/a.json,line=5,")) << below.output;
  const CommandResult json =
      run_command("cd '" + folder.path().string() + "' && env GITHUB_ACTIONS=true '" +
                  STAYALIVE_PROGRAM + "' test net --format json 2>/dev/null");
  EXPECT_FALSE(has(json.output, "::error")) << "a document stays a document";
}

TEST(TestCommand, WarningsLeaveTheExitCodeAloneUnlessAskedFor) {
  const TemporaryFolder folder;
  // The box forgets after an hour, the run takes five minutes.
  folder.write("short.json", small_scenario("1h", kAlive));
  folder.write("good.json", small_scenario("4m", kAlive));
  const auto program = [&folder](const std::string& arguments) {
    return run_command("cd '" + folder.path().string() + "' && env GITHUB_ACTIONS=true '" +
                       STAYALIVE_PROGRAM + "' " + arguments + " 2>&1");
  };
  const std::string warning =
      "short.json:5:16: the run is shorter than every timer on the path, so that c holds whatever";
  for (const std::string command : {"check", "run", "test"}) {
    const CommandResult plain = program(command + " short.json");
    EXPECT_EQ(plain.exit_code, 0) << plain.output;
    EXPECT_TRUE(has(plain.output, "warns  " + warning)) << plain.output;
    EXPECT_EQ(program(command + " --strict short.json").exit_code, 2) << command;
    EXPECT_EQ(program(command + " --strict good.json").exit_code, 0) << command;
  }
  EXPECT_TRUE(has(program("test short.json").output, "::warning file=short.json,line=5,col=16,"));
  EXPECT_TRUE(has(program("test short.json").output, "0 failed; 1 warning"));
  EXPECT_TRUE(has(program("test short.json --format csv").output, "short.json,5,16,warning,,"));
  EXPECT_TRUE(has(program("run short.json --format json").output,
                  "\"pointer\": \"/expect/0\",\n          \"line\": 5,"));
}

TEST(TestCommand, WritesJUnitBesideTheReport) {
  const TemporaryFolder folder;
  folder.write("a.json", small_scenario("1m", kAlive));
  const CommandResult result = test_in(folder, "a.json --junit out.xml");
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_TRUE(has(file_text(folder.name("out.xml")), "<failure ")) << result.output;
}

TEST(TestCommand, AgainstAnEarlierResultItNamesWhatChanged) {
  const TemporaryFolder folder;
  folder.write("a.json", small_scenario("4m", ""));
  ASSERT_EQ(test_in(folder, ". --format json > before.json").exit_code, 0);
  EXPECT_TRUE(has(test_in(folder, ". --against before.json").output,
                  "1 scenario compared: 0 changed; 0 new, 0 gone\n"));
  folder.write("a.json", small_scenario("1m", ""));
  folder.write("b.json", small_scenario("4m", kAlive));
  const CommandResult result = test_in(folder, ". --against before.json");
  EXPECT_EQ(result.exit_code, 0) << "changes are no failures";
  EXPECT_TRUE(has(result.output, "changed  a.json\n      c\n      - was: alive\n      + now: "))
      << result.output;
  EXPECT_TRUE(has(result.output, "forgotten at 1m")) << result.output;
  EXPECT_TRUE(has(result.output, "new      b.json\n")) << result.output;
}

TEST(TestCommand, FailsOnAChangeWhereThatIsAskedFor) {
  const TemporaryFolder folder;
  folder.write("a.json", small_scenario("4m", ""));
  folder.write("b.json", small_scenario("4m", ""));
  ASSERT_EQ(test_in(folder, ". --format json > before.json").exit_code, 0);
  const std::string guarded = ". --against before.json --fail-on-change";
  EXPECT_EQ(test_in(folder, guarded).exit_code, 0);
  folder.write("a.json", small_scenario("1m", ""));
  EXPECT_EQ(test_in(folder, guarded).exit_code, 1);
  EXPECT_EQ(test_in(folder, ". --against before.json").exit_code, 0);
  folder.write("a.json", small_scenario("1x", ""));
  const CommandResult broken = test_in(folder, guarded);
  EXPECT_EQ(broken.exit_code, 2);
  EXPECT_TRUE(has(broken.output, "wrong    a.json: can no longer be run\n")) << broken.output;
  EXPECT_TRUE(has(broken.output, "0 changed; 0 new, 0 gone, 1 can no longer be run\n"))
      << broken.output;
  EXPECT_TRUE(has(test_in(folder, guarded + " --format csv").output, "a.json,,,wrong,,,"));
  std::filesystem::remove(folder.path() / "a.json");
  EXPECT_EQ(test_in(folder, guarded).exit_code, 1) << "it is gone";
  EXPECT_EQ(test_in(folder, ". --fail-on-change").exit_code, 2) << "there is no baseline";
}

TEST(TestCommand, AgainstAProfileItTellsWhatCanNoLongerBeRun) {
  const TemporaryFolder folder;
  folder.write("net/a.json",
               R"({"duration": "1m", "path": [{"middlebox": {"name": "box", "profile": "mine"}}],
                   "connections": [{"name": "c", "strategy": "silent"}]})");
  std::string profile = project_text("scenarios/profiles/openwrt.json");
  const std::size_t at = profile.find("\"openwrt\"");
  profile.replace(at, 9, "\"mine\"");
  folder.write("before/mine.json", profile);
  const CommandResult result = test_in(folder, "net --against before --fail-on-change");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_TRUE(has(result.output, "can no longer be run")) << result.output;
}

TEST(TestCommand, AgainstAProfileItRunsTheScenariosOnceMore) {
  const TemporaryFolder folder;
  const std::string scenario =
      R"({"duration": "10m", "path": [{"middlebox": {"name": "box", "profile": "openwrt"}}],
          "connections": [{"name": "c", "transport": "udp", "strategy":
                           {"keepalive": {"interval": "50s"}}}]})";
  folder.write("net/a.json", scenario);
  std::string profile = project_text("scenarios/profiles/openwrt.json");
  folder.write("same.json", profile);
  EXPECT_TRUE(has(test_in(folder, "net --against same.json").output, "0 changed"));
  for (std::size_t at = profile.find("\"180s\""); at != std::string::npos;
       at = profile.find("\"180s\"", at + 1)) {
    profile.replace(at, 6, "\"20s\"");
  }
  for (std::size_t at = profile.find("\"60s\""); at != std::string::npos;
       at = profile.find("\"60s\"", at + 1)) {
    profile.replace(at, 5, "\"20s\"");
  }
  folder.write("shorter/openwrt.json", profile);
  const CommandResult result = test_in(folder, "net --against shorter");
  EXPECT_EQ(result.exit_code, 0) << result.output;
  EXPECT_TRUE(has(result.output, "1 changed")) << result.output;
  EXPECT_TRUE(has(result.output, "+ now: alive\n")) << result.output;
}

TEST(CheckCommand, ChecksAProfileAsAProfile) {
  const TemporaryFolder folder;
  const CommandResult good =
      run_command(std::string(STAYALIVE_PROGRAM) + " check scenarios/profiles/*.json 2>&1");
  EXPECT_EQ(good.exit_code, 0) << good.output;
  const std::string wrong = folder.write("box.json", R"({"name": "box", "values": {}})");
  const CommandResult bad =
      run_command(std::string(STAYALIVE_PROGRAM) + " check " + wrong + " 2>&1");
  EXPECT_EQ(bad.exit_code, 2);
  EXPECT_TRUE(has(bad.output, "tracker")) << bad.output;
  const CommandResult schema =
      run_command(std::string(STAYALIVE_PROGRAM) + " check docs/scenario.schema.json 2>&1");
  EXPECT_EQ(schema.exit_code, 2);
  EXPECT_TRUE(has(schema.output, "this is a JSON Schema")) << schema.output;
}

TEST(ProfilesCommand, ShowsAFileAsABuiltInProfile) {
  const std::string program = STAYALIVE_PROGRAM;
  EXPECT_EQ(run_command(program + " profiles scenarios/profiles/aws-nlb.json").output,
            run_command(program + " profiles aws-nlb").output);
  const CommandResult missing = run_command(program + " profiles ./missing.json 2>&1");
  EXPECT_EQ(missing.exit_code, 2);
  EXPECT_TRUE(has(missing.output, "this file does not exist")) << missing.output;
}

}  // namespace
}  // namespace stayalive
