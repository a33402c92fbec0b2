// SPDX-License-Identifier: Apache-2.0
#include "scenario/file_kind.h"

#include <gtest/gtest.h>

#include "support/golden.h"

namespace stayalive {
namespace {

TEST(FileKind, ShippedFilesAreWhatTheyAre) {
  EXPECT_EQ(kind_of(project_text("scenarios/ssh-behind-a-home-router.json")), FileKind::Scenario);
  EXPECT_EQ(kind_of(project_text("scenarios/profiles/aws-nlb.json")), FileKind::Profile);
  EXPECT_EQ(kind_of(project_text("docs/scenario.schema.json")), FileKind::Schema);
  EXPECT_EQ(kind_of(project_text("tests/golden/results/ssh-behind-a-home-router.json")),
            FileKind::Result);
  EXPECT_EQ(kind_of(project_text("tests/observations/udp-stream.json")), FileKind::Other);
}

TEST(FileKind, OneKeyMakesAScenario) {
  for (const char* key : {"path", "hosts", "connections", "expect", "events"}) {
    EXPECT_EQ(kind_of("{\"" + std::string(key) + "\": 1}"), FileKind::Scenario) << key;
    EXPECT_EQ(kind_of("{\"x\": {\"" + std::string(key) + "\": 1}}"), FileKind::Other)
        << key << " below another key";
  }
  EXPECT_EQ(kind_of("{\"title\": \"package\", \"scripts\": {}}"), FileKind::Other);
  EXPECT_EQ(kind_of("[1, {\"path\": 1}]"), FileKind::Other);
  EXPECT_EQ(kind_of("7"), FileKind::Other);
}

TEST(FileKind, TheSchemaThatAScenarioNamesIsNoSchemaOfSchemas) {
  EXPECT_EQ(kind_of(R"({"$schema": "../docs/scenario.schema.json", "path": []})"),
            FileKind::Scenario);
  EXPECT_EQ(kind_of(R"({"$schema": "https://json-schema.org/draft/2020-12/schema", "path": []})"),
            FileKind::Schema);
}

TEST(FileKind, CommentsAreReadAsInScenarios) {
  EXPECT_EQ(kind_of("// a\n{ /* b */ \"path\": [] }"), FileKind::Scenario);
}

TEST(FileKind, TextThatEndsTooEarlyIsBroken) {
  const std::string whole = R"({"path": [{"link": {}}], "x": "é"})";
  EXPECT_EQ(kind_of(whole), FileKind::Scenario);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_EQ(kind_of(whole.substr(0, length)), FileKind::Broken) << length;
  }
  EXPECT_EQ(kind_of(whole + "x"), FileKind::Broken);
}

TEST(FileKind, DepthDoesNotMatter) {
  const std::string deep =
      "{\"x\": " + std::string(200'000, '[') + std::string(200'000, ']') + ", \"path\": 1}";
  EXPECT_EQ(kind_of(deep), FileKind::Scenario);
}

TEST(FileKind, AWrongOneIsNamed) {
  EXPECT_EQ(to_string(wrong_kind("a.json", FileKind::Profile, "a scenario")),
            "a.json: this is a profile; allowed: a scenario");
}

}  // namespace
}  // namespace stayalive
