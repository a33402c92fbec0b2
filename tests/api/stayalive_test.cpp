// SPDX-License-Identifier: Apache-2.0
#include "api/stayalive.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "support/golden.h"

namespace stayalive::api {
namespace {

const std::string kSilentAndKept = R"({
  "title": "t", "duration": "1h",
  "path": [ { "link": { "delay": "1ms" } },
            { "middlebox": { "name": "box", "profile": "home-router",
                             "timeouts": { "tcp.established": "5m" } } } ],
  "connections": [
    { "name": "silent", "strategy": "silent" },
    { "name": "kept", "strategy": { "tcp_keepalive": { "idle": "2m" } } } ] })";

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(Library, ARunIsWhatTheProgramPrintsAsJson) {
  const std::string name = "a-keepalive-as-long-as-the-timeout-is-too-long";
  const std::string file = "scenarios/" + name + ".json";
  const Answer answer = run(project_text(file), {.file = file});
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer.json, project_text("tests/golden/results/" + name + ".json"));
}

TEST(Library, EveryMistakeIsToldAtOnceWithItsPlace) {
  const Answer answer =
      run("{ \"title\": \"t\",\n  \"duration\": \"1x\",\n  \"path\": [],\n  \"conections\": [] }",
          {.file = "mine.json"});
  EXPECT_FALSE(answer.ok());
  EXPECT_EQ(answer.json, "");
  ASSERT_GE(answer.mistakes.size(), 2u);
  const auto about = [&answer](const std::string& pointer) {
    return std::ranges::find(answer.mistakes, pointer, &Mistake::pointer);
  };
  const auto duration = about("/duration");
  ASSERT_NE(duration, answer.mistakes.end());
  EXPECT_EQ(duration->file, "mine.json");
  EXPECT_EQ(duration->line, 2u);
  EXPECT_EQ(duration->text().find("mine.json:2:"), 0u) << duration->text();
  const auto misspelt = about("/conections");
  ASSERT_NE(misspelt, answer.mistakes.end());
  EXPECT_EQ(misspelt->suggestion, "connections");
}

TEST(Library, OptionsAreThoseOfTheCommandLine) {
  const Answer plain = run(kSilentAndKept);
  ASSERT_TRUE(plain.ok());
  EXPECT_GT(count(plain.json, "\"outcome\": \"forgotten\""), 0u);
  const Answer longer = run(kSilentAndKept, {.set = {"path.box.timeouts.tcp.established=2h"}});
  ASSERT_TRUE(longer.ok());
  EXPECT_EQ(count(longer.json, "\"outcome\": \"forgotten\""), 0u);
  EXPECT_NE(run(kSilentAndKept, {.seed = 7}).json.find("\"seed\": 7"), std::string::npos);
  const Answer wrong = run(kSilentAndKept, {.set = {"no assignment", "nor this"}});
  EXPECT_EQ(wrong.mistakes.size(), 2u);
  EXPECT_NE(run(kSilentAndKept, {.max_events = 10}).json.find("\"event-limit\""),
            std::string::npos);
}

TEST(Library, AStopEndsARunAndTheResultSaysSo) {
  std::stop_source source;
  source.request_stop();
  Options options;
  options.stop = source.get_token();
  const Answer answer = run(kSilentAndKept, options);
  ASSERT_TRUE(answer.ok());
  EXPECT_NE(answer.json.find("\"reason\": \"stopped\""), std::string::npos);
  EXPECT_EQ(run(kSilentAndKept).json.find("\"reason\": \"stopped\""), std::string::npos);
}

TEST(Library, ASweepHasAPointForEachValue) {
  SweepOptions options;
  options.axes = {"connections.kept.strategy.tcp_keepalive.idle=4m,5m,6m"};
  const Answer answer = sweep(kSilentAndKept, options);
  ASSERT_TRUE(answer.ok()) << answer.mistakes[0].text();
  for (const char* value : {"\"4m\"", "\"5m\"", "\"6m\""})
    EXPECT_NE(answer.json.find(value), std::string::npos) << value;
  options.jobs = 3;
  EXPECT_EQ(sweep(kSilentAndKept, options).json, answer.json);
  options.axes = {"nothing", "connections.kept.start=1s..0s/1s"};
  EXPECT_EQ(sweep(kSilentAndKept, options).mistakes.size(), 2u);
}

TEST(Library, ALadderIsDrawnOfOneConnection) {
  const Drawing drawing = ladder(kSilentAndKept, "silent");
  ASSERT_TRUE(drawing.ok());
  EXPECT_NE(drawing.text.find("box"), std::string::npos);
  EXPECT_NE(drawing.svg.find("<svg"), std::string::npos);
  const Drawing unnamed = ladder(kSilentAndKept, "");
  ASSERT_FALSE(unnamed.ok());
  EXPECT_NE(unnamed.mistakes[0].allowed.find("kept"), std::string::npos);
  const Drawing misspelt = ladder(kSilentAndKept, "silnt");
  ASSERT_FALSE(misspelt.ok());
  EXPECT_EQ(misspelt.mistakes[0].suggestion, "silent");
}

TEST(Library, AnswersWhichProfilesThereAre) {
  EXPECT_NE(profiles().json.find("\"aws-nlb\""), std::string::npos);
  EXPECT_NE(profile("aws-nlb").json.find("350s"), std::string::npos);
  EXPECT_TRUE(profile("haproxy").ok());
  const Answer unknown = profile("aws-nlbb");
  ASSERT_FALSE(unknown.ok());
  EXPECT_EQ(unknown.mistakes[0].suggestion, "aws-nlb");
  EXPECT_NE(scenario_schema().find("$schema"), std::string::npos);
}

TEST(Library, SeveralThreadsMayAskAtOnce) {
  const std::string once = run(kSilentAndKept).json;
  std::vector<std::string> found(8);
  {
    std::vector<std::jthread> threads;
    for (std::string& answer : found)
      threads.emplace_back([&answer] { answer = run(kSilentAndKept).json; });
  }
  for (const std::string& answer : found) EXPECT_EQ(answer, once);
}

}  // namespace
}  // namespace stayalive::api
