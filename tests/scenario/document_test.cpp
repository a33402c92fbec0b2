// SPDX-License-Identifier: Apache-2.0
#include "scenario/document.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "support/scenario_text.h"

namespace stayalive {
namespace {

constexpr std::string_view kSwept = R"({"duration": "2h",
 "sweep": {"connections.a.start": ["1m", "2m"],
           "duration": "1h..4h*2"},
 "connections": [{"name": "a", "strategy": "ssh"}]})";

ScenarioDocument document(std::string_view text) {
  return ScenarioDocument::parse(std::string(text), "s.json").value();
}

std::string all(const std::vector<Diagnostic>& errors) {
  std::string text;
  for (const Diagnostic& error : errors) text += to_string(error) + "\n";
  return text;
}

Replacement setting(const std::string& text, std::string origin = "--axis") {
  Axis axis = parse_axis(text).value();
  return {axis.path, axis.values.front(), std::move(origin)};
}

TEST(ScenarioDocument, HasTheAxesOfItsSweepInOrder) {
  const std::vector<Axis> axes = document(kSwept).axes();
  ASSERT_EQ(axes.size(), 2u);
  EXPECT_EQ(axes[0].path, "connections.a.start");
  ASSERT_EQ(axes[0].values.size(), 2u);
  EXPECT_EQ(label(axes[0].values[1]), "2m");
  EXPECT_EQ(axes[1].path, "duration");
  ASSERT_EQ(axes[1].values.size(), 3u);
  EXPECT_EQ(label(axes[1].values[2]), "4h");
  EXPECT_TRUE(document(R"({"connections": [{}]})").axes().empty());
}

TEST(ScenarioDocument, KeepsItsTextAndItsFile) {
  EXPECT_EQ(document(kSwept).text(), kSwept);
  EXPECT_EQ(document(kSwept).file(), "s.json");
}

TEST(ScenarioDocument, MakesTheScenarioWithoutItsSweep) {
  const Scenario scenario = document(kSwept).scenario().value();
  EXPECT_EQ(scenario.duration, 2h);
  EXPECT_EQ(scenario.connections[0].start, kStart);
  EXPECT_EQ(scenario.file, "s.json");
}

TEST(ScenarioDocument, MakesManyScenariosOfOneText) {
  const ScenarioDocument swept = document(kSwept);
  const std::vector<Replacement> settings{
      setting("connections.a.strategy.ssh.server_alive_interval=30s"), setting("duration=3h")};
  const Scenario changed = swept.scenario(settings).value();
  EXPECT_EQ(changed.duration, 3h);
  EXPECT_EQ(changed.connections[0].options.span("server_alive_interval"), 30s);
  EXPECT_EQ(swept.scenario().value().duration, 2h) << "the document itself stays as it is";
}

TEST(ScenarioDocument, PutsSettingsInPlaceOneAfterTheOther) {
  const std::vector<Replacement> settings{
      setting("connections.a.strategy=silent"), setting("connections.a.strategy=ssh"),
      setting("connections.a.name=b"), setting("connections.b.start=1m")};
  const Scenario scenario = document(kSwept).scenario(settings).value();
  EXPECT_EQ(scenario.connections[0].strategy, "ssh");
  EXPECT_EQ(scenario.connections[0].name, "b");
  EXPECT_EQ(scenario.connections[0].start, kStart + 1min);
}

TEST(ScenarioDocument, SaysWhichSettingAMistakeComesFrom) {
  const std::vector<Replacement> wrong{setting("connections.a.start=5x")};
  EXPECT_TRUE(says(all(document(kSwept).scenario(wrong).errors()),
                   "s.json: at /connections/0/start: found \"5x\" "
                   "(with --axis connections.a.start=5x); allowed: a span"));
  const std::vector<Replacement> unknown{setting("connections.a.strat=1s")};
  EXPECT_TRUE(says(all(document(kSwept).scenario(unknown).errors()),
                   "the key \"strat\" is not known here (with --axis connections.a.strat=1s)"));
  const std::vector<Replacement> nowhere{setting("connections.c.start=1s")};
  EXPECT_TRUE(says(all(document(kSwept).scenario(nowhere).errors()),
                   "s.json: the path leads nowhere: at /connections there is no \"c\" "
                   "(with --axis connections.c.start=1s); allowed: a or 0"));
}

TEST(ScenarioDocument, SaysSoWhenAnotherPlaceBecomesWrong) {
  const ScenarioDocument late = document(R"({"connections": [{"start": "50m"}]})");
  const std::vector<Replacement> shorter{setting("duration=10m")};
  EXPECT_TRUE(says(
      all(late.scenario(shorter).errors()),
      "s.json:1:28: at /connections/0/start: found \"50m\", after the end of the run (with --axis "
      "duration=10m)"));
}

ParseOptions with_set(const std::string& text) {
  ParseOptions options;
  options.replacements.push_back(setting(text, "--set"));
  return options;
}

TEST(ScenarioDocument, PutsWhatTheOptionsReplaceBeforeItsOwnValues) {
  const ParseOptions options = with_set("connections.a.name=b");
  const std::vector<Replacement> after{setting("connections.b.start=1m")};
  const Scenario scenario = document(kSwept).scenario(after, options).value();
  EXPECT_EQ(scenario.connections[0].name, "b");
  EXPECT_EQ(scenario.connections[0].start, kStart + 1min);
  EXPECT_EQ(document(kSwept).checked(with_set("duration=3h")).value().duration, 3h);
}

TEST(ScenarioDocument, SaysWhichMistakesComeFromAReplacementOfTheOptionsAndWhichDoNot) {
  const ScenarioDocument wrong = document(R"({"connections": [{"start": "50m", "srtat": "1s"}]})");
  const std::string found = all(wrong.scenario({}, with_set("duration=10m")).errors());
  EXPECT_TRUE(says(found, "found \"50m\", after the end of the run (with --set duration=10m)"));
  EXPECT_TRUE(says(found, "the key \"srtat\" is not known here; allowed"));
}

TEST(ScenarioDocument, PassesOverPlacesThatItLacksOnlyWhereItIsAskedTo) {
  for (const char* text : {"connections.c.start=1m", "events.0.at=5s", "hosts.phone.os=linux"}) {
    ParseOptions options = with_set(text);
    EXPECT_FALSE(document(kSwept).scenario({}, options).ok()) << text;
    EXPECT_TRUE(document(kSwept).lacks(options.replacements[0])) << text;
    options.pass_over_missing_places = true;
    EXPECT_TRUE(document(kSwept).scenario({}, options).ok()) << text;
  }
  for (const char* text : {"connections.a.strt=1m", "sweep.duration=5h", "duration.a=5s"}) {
    ParseOptions options = with_set(text);
    EXPECT_FALSE(document(kSwept).lacks(options.replacements[0])) << text;
    options.pass_over_missing_places = true;
    EXPECT_FALSE(document(kSwept).scenario({}, options).ok()) << text;
  }
}

TEST(ScenarioDocument, NamesTheLineOfAValueOfItsOwnSweep) {
  const ScenarioDocument swept = document(kSwept);
  const std::vector<Replacement> settings{{"connections.b.start", swept.axes()[0].values[1], {}}};
  EXPECT_TRUE(says(all(swept.scenario(settings).errors()),
                   "s.json:2:42: at /sweep/connections.b.start: the path leads nowhere"));
}

TEST(ScenarioDocument, IsCheckedWithEachValueOfEachAxisAlone) {
  EXPECT_TRUE(document(kSwept).checked().ok());
  const std::string found = mistakes(R"({"duration": "2h", "connections": [{"name": "a"}],
    "sweep": {"connections.a.start": ["1m",
                                      "3h",
                                      true],
              "connections.a.strt": "1s..9s/1s",
              "duration": "1..3/1"}})");
  EXPECT_TRUE(says(
      found,
      "s.json:3:39: at /connections/0/start: found \"3h\", after the end of the run (with sweep "
      "connections.a.start=3h)"));
  EXPECT_TRUE(says(found, "s.json:4:39: at /connections/0/start: found true"));
  EXPECT_TRUE(says(found, "s.json:5:37: at /connections/0/strt: the key \"strt\" is not known"));
  EXPECT_TRUE(says(found, "did you mean \"start\"?"));
  EXPECT_FALSE(says(found, "strt=2s")) << "the same mistake with another value";
  EXPECT_TRUE(says(found, "s.json:6:27: at /duration: found 3 (with sweep duration=3)"));
}

TEST(ScenarioDocument, IsCheckedWithTheFirstAndTheLastOfManyValues) {
  const auto seeds = [](const std::string& range, int axes) {
    std::string text = "\"sweep\": {";
    for (int i = 0; i < axes; ++i) {
      text += std::string(i == 0 ? "" : ",") + "\"connections.*.traffic." + std::to_string(i) +
              ".bytes\": \"" + range + "\"";
    }
    text += R"(}, "connections": [{"traffic": [)";
    for (int i = 0; i < axes; ++i) text += std::string(i == 0 ? "" : ",") + R"({"at": "1s"})";
    return "{" + text + "]}]}";
  };
  EXPECT_EQ(mistakes(seeds("1..10000/1", 1)), "none");
  const std::string first = mistakes(seeds("0..9999/1", 16));
  EXPECT_TRUE(says(first, "traffic.0.bytes=0)"));
  EXPECT_TRUE(says(first, "traffic.15.bytes=0)"));
  EXPECT_TRUE(says(mistakes(seeds("1..1000000001/200000", 1)), "bytes=1000000001)"));
}

TEST(Sweep, ThatIsWrittenWrongIsExplainedWithEverythingElse) {
  const std::string found = mistakes(R"({"duration": 5, "connections": [{}],
    "sweep": {"a": [], "b": 5, "c": "1s..2s", "d": "5m"}})");
  EXPECT_TRUE(says(found, "s.json:1:14: at /duration: found 5"));
  EXPECT_TRUE(says(found, "s.json:2:20: at /sweep/a: found a list of 0"));
  EXPECT_TRUE(
      says(found, "at /sweep/b: found 5; allowed: a range such as \"15s..10m/15s\" or a list"));
  EXPECT_TRUE(says(found, "at /sweep/c: the range \"1s..2s\" has no step"));
  EXPECT_TRUE(says(found, "at /sweep/d: found \"5m\"; allowed: a range such as"));
  EXPECT_TRUE(says(mistakes(scenario_with(R"("sweep": 1,)")), "/sweep: found 1; allowed: an ob"));
  EXPECT_TRUE(says(mistakes(scenario_with(R"("sweep": {}, "sweep": {},)")), "a second time"));
  EXPECT_EQ(mistakes(scenario_with(R"("sweep": {},)")), "none");
}

TEST(Sweep, HasAtMostSixteenAxes) {
  std::string axes = R"("seed": [1])";
  for (int i = 1; i < 16; ++i) axes += ",\"/connections/" + std::to_string(i) + "\": [1]";
  EXPECT_EQ(document(scenario_with("\"sweep\": {" + axes + "},")).axes().size(), 16u);
  EXPECT_TRUE(says(mistakes(scenario_with("\"sweep\": {" + axes + ", \"x\": [1]},")),
                   "/sweep: found 17 keys; allowed: at most 16"));
}

TEST(ScenarioDocument, MayBeUsedBySeveralThreads) {
  const ScenarioDocument swept = document(kSwept);
  std::vector<Duration> found(4);
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < found.size(); ++i) {
    threads.emplace_back([&, i] {
      const std::vector<Replacement> settings{setting("duration=" + std::to_string(i + 1) + "h")};
      found[i] = swept.scenario(settings).value().duration;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(found, (std::vector<Duration>{1h, 2h, 3h, 4h}));
}

TEST(ScenarioDocument, ThatIsNotJsonOrNoFileIsExplained) {
  EXPECT_FALSE(ScenarioDocument::parse("{", "s.json").ok());
  EXPECT_TRUE(says(all(ScenarioDocument::read("no-such-file.json").errors()), "does not exist"));
  EXPECT_TRUE(says(all(document("5").scenario().errors()), "s.json:1:1: found 5"));
  EXPECT_FALSE(document("5").scenario(std::vector<Replacement>{setting("a.b=1")}).ok());
}

}  // namespace
}  // namespace stayalive
