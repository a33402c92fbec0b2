// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "support/command.h"
#include "support/golden.h"

namespace stayalive {
namespace {

constexpr const char* kScenario = "scenarios/ssh-behind-a-home-router.json";

CommandResult explain(const std::string& arguments) {
  return run_command(std::string(STAYALIVE_PROGRAM) + " explain " + kScenario + " " + arguments +
                     " 2>&1");
}

TEST(LadderCommand, DrawsTheStoryOfOneConnection) {
  const CommandResult result = explain("every-6m --ladder");
  EXPECT_EQ(result.exit_code, 0) << result.output;
  EXPECT_NE(result.output.find("The client gave up at 22m3.904s"), std::string::npos);
  EXPECT_NE(result.output.find("home-router forgets it"), std::string::npos) << result.output;
}

TEST(LadderCommand, WithoutAConnectionItNamesThoseThereAre) {
  for (const std::string how : {"--ladder", "--svg -"}) {
    const CommandResult result = explain(how);
    EXPECT_EQ(result.exit_code, 2) << how;
    EXPECT_NE(result.output.find("error: a ladder shows one connection"), std::string::npos)
        << result.output;
    EXPECT_NE(result.output.find("every-10m or silent"), std::string::npos) << result.output;
  }
}

TEST(LadderCommand, WritesAPictureToAFileOrToTheOutput) {
  const std::string file = ::testing::TempDir() + "/stayalive-ladder-test.svg";
  const CommandResult written = explain("silent --svg " + file);
  EXPECT_EQ(written.exit_code, 0) << written.output;
  EXPECT_EQ(written.output, "wrote " + file + "\n");
  std::ostringstream picture;
  picture << std::ifstream(file, std::ios::binary).rdbuf();
  EXPECT_EQ(picture.str().rfind("<svg ", 0), 0u);
  EXPECT_EQ(explain("silent --svg -").output, picture.str());
  std::filesystem::remove(file);
}

TEST(LadderCommand, SaysNothingOfADeviceThatIsWritten) {
  EXPECT_EQ(explain("silent --svg /dev/null").output, "");
}

TEST(ExplainCommand, TellsOfAStrategyOnAPathWithoutAScenario) {
  const std::string program = std::string(STAYALIVE_PROGRAM) + " explain ";
  const auto call = [&program](const std::string& arguments) {
    return run_command(program + arguments + " 2>&1");
  };
  // The balancer forgets after 350 s.
  const CommandResult dies = call("--through aws-nlb --strategy tcp=351s --survive 1h");
  EXPECT_EQ(dies.exit_code, 0) << dies.output;
  EXPECT_NE(dies.output.find("aws-nlb forgot the connection at 5m50.06s"), std::string::npos)
      << dies.output;
  EXPECT_NE(dies.output.find("aws-nlb        > answers"), std::string::npos) << dies.output;
  EXPECT_EQ(call("tcp=351s aws-nlb --survive 1h").output, dies.output) << "the short form";
  const CommandResult lives = call("tcp=349s aws-nlb --survive 1h");
  EXPECT_NE(lives.output.find("The client had a working connection all the time."),
            std::string::npos)
      << lives.output;
  EXPECT_NE(call("tcp=351s aws-nlb --survive 1h --ladder").output.find("aws-nlb forgets it"),
            std::string::npos);
  EXPECT_NE(call("tcp=351s aws-nlb --set connections.0.strategy.tcp_keepalive.idle=349s")
                .output.find("had a working connection"),
            std::string::npos);
}

TEST(ExplainCommand, SaysWhatItNeedsWhenTheQuestionIsIncomplete) {
  const std::string program = std::string(STAYALIVE_PROGRAM) + " explain ";
  const auto refusal = [&program](const std::string& arguments) {
    const CommandResult result = run_command(program + arguments + " 2>&1");
    EXPECT_EQ(result.exit_code, 2) << result.output;
    return result.output;
  };
  EXPECT_NE(refusal("--through aws-nlb").find("say what is explained"), std::string::npos);
  EXPECT_NE(refusal("tcp=5m openssh aws-nlb").find("a single strategy is explained"),
            std::string::npos);
  EXPECT_NE(refusal("--through aws-nlb --strategy tcp --loss 2 --survive 1x").find("--loss \"2\""),
            std::string::npos);
  EXPECT_NE(refusal(std::string(kScenario) + " --through aws-nlb").find("leave out --through"),
            std::string::npos);
}

TEST(LadderCommand, SeesBeforeItsWorkThatAFileCannotBeWritten) {
  const CommandResult result = explain("silent --svg /no/such/folder/ladder.svg");
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_NE(result.output.find("error: /no/such/folder/ladder.svg cannot be written"),
            std::string::npos)
      << result.output;
}

TEST(LadderCommand, SaysHowWideItMustBe) {
  const CommandResult narrow = explain("silent --ladder --width 70");
  EXPECT_EQ(narrow.exit_code, 2);
  EXPECT_NE(narrow.output.find("--width 70 is too narrow; this ladder needs 71"), std::string::npos)
      << narrow.output;
  EXPECT_EQ(explain("silent --ladder --width 71").exit_code, 0);
}

}  // namespace
}  // namespace stayalive
