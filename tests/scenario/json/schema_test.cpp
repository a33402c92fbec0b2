// SPDX-License-Identifier: Apache-2.0
#include "scenario/json/schema.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>
#include <string>
#include <utility>

#include "middlebox/timeouts.h"
#include "scenario/parse.h"
#include "support/golden.h"

namespace stayalive {
namespace {

using Json = nlohmann::ordered_json;

// What the reference for people calls the values that a part of the schema accepts.
std::string value_words(const Json& property) {
  if (property.contains("$ref")) {
    const std::string path = property.at("$ref");
    const std::string name = path.substr(path.rfind('/') + 1);
    if (name.ends_with("_limits")) return name.substr(0, name.find('_')) + " [limits](#limits)";
    return name == "tcp" ? "[TCP settings](#tcp-settings)" : name;
  }
  if (property.contains("enum")) {
    std::string words;
    for (const std::string word : property.at("enum")) {
      words += (words.empty() ? "`" : ", `") + word + "`";
    }
    return words;
  }
  if (property.contains("anyOf") && !property.contains("type")) {
    const Json& one = property.at("anyOf").at(0);
    return one.contains("enum") || one.contains("examples")
               ? "word or object"
               : value_words(one) + " or " + value_words(property.at("anyOf").at(1));
  }
  const std::string type = property.at("type");
  if (type == "string") {
    const std::string pattern = property.value("pattern", "");
    return pattern.empty() || pattern == "^[^\\n]*$" ? "text" : "name";
  }
  if (type == "boolean") return "`true` or `false`";
  if (type == "array") return "list";
  if (type == "object") return "object";
  std::string range = "whole number from " + property.at("minimum").dump();
  if (property.contains("maximum")) range += " to " + property.at("maximum").dump();
  return range;
}

std::string default_words(const Json& property, bool required) {
  if (required) return "required";
  if (!property.contains("default")) return "";
  const Json& value = property.at("default");
  return "`" + (value.is_string() ? value.get<std::string>() : value.dump()) + "`";
}

// Products have a reference of their own (docs/products.md): their files say which options there
// are, and beside those they take the strategy's.
bool is_product(const Json& schema) {
  return schema.is_object() && schema.contains("additionalProperties") &&
         schema.at("additionalProperties") == true;
}

// Every row that the tables of the reference must have.  A key that only says what an object is
// has a heading instead: a kind of hop, or a strategy.  Limits have a table of their own.
void collect_rows(const Json& schema, std::set<std::string>& rows) {
  if (is_product(schema)) return;
  if (schema.is_object() && schema.contains("properties")) {
    std::set<std::string> required;
    if (schema.contains("required")) required = schema.at("required");
    for (const auto& [key, property] : schema.at("properties").items()) {
      if (property.value("type", "") == "object" && schema.at("properties").size() == 1) continue;
      rows.insert("| `" + key + "` | " + value_words(property) + " | " +
                  default_words(property, required.contains(key)) + " | " +
                  property.value("description", "") + " |");
    }
  }
  for (const auto& [key, part] : schema.items()) {
    if (part.is_structured() && !key.ends_with("_limits")) collect_rows(part, rows);
  }
}

TEST(ScenarioSchema, IsTheFileThatEditorsRead) {
  expect_golden("docs/scenario.schema.json", scenario_schema());
}

TEST(ScenarioSchema, IsTheSameEveryTime) { EXPECT_EQ(scenario_schema(), scenario_schema()); }

TEST(ScenarioSchema, SaysWhatTheParserSays) {
  const auto schema = Json::parse(scenario_schema());
  EXPECT_EQ(schema.at("required"), Json::array({"connections"}));
  EXPECT_EQ(schema.at("additionalProperties"), false);
  EXPECT_EQ(schema.at("properties").at("duration").at("default"), "1h");
  EXPECT_EQ(schema.at("properties").at("seed").at("default"), 1);
  EXPECT_EQ(schema.at("properties").at("path").at("items").at("oneOf").size(), 4u);
  EXPECT_EQ(schema.at("properties").at("events").at("items").at("oneOf").size(), 13u);
  EXPECT_EQ(schema.at("$defs").at("tcp").at("properties").at("keepalive").at("type"), "boolean");
  EXPECT_FALSE(schema.at("$defs").at("tcp").at("properties").at("mss").contains("default"));
}

// The part of the reference that follows from the registry: a heading, what it does, its options.
std::string strategy_sections(const Json& schema) {
  const Json& connection = schema.at("properties").at("connections").at("items");
  std::string text;
  for (const Json& kind :
       connection.at("properties").at("strategy").at("anyOf").at(1).at("oneOf")) {
    const Json::const_iterator only = kind.at("properties").begin();
    const std::string& name = only.key();
    const Json& object = only.value();
    if (is_product(object)) continue;
    text += "#### `" + name + "`\n\n" + object.at("description").get<std::string>() + "\n\n";
    if (!object.contains("properties")) {
      text += "It has no options.\n\n";
      continue;
    }
    text += "| Key | Value | Default | Meaning |\n|---|---|---|---|\n";
    const Json required = object.value("required", Json::array());
    for (const auto& [key, property] : object.at("properties").items()) {
      const bool is_required = std::ranges::count(required, Json(key)) > 0;
      text += "| `" + key + "` | " + value_words(property) + " | " +
              default_words(property, is_required) + " | " +
              property.at("description").get<std::string>() + " |\n";
    }
    text += "\n";
  }
  return text;
}

TEST(ScenarioSchema, GivesTheReferenceASectionForEachStrategy) {
  const std::string reference = project_text("docs/scenario.md");
  const std::size_t heading = reference.find("\n### Strategies\n");
  const std::size_t begin = reference.find("#### `", heading);
  const std::size_t end = reference.find("```json", begin);
  ASSERT_NE(end, std::string::npos);
  expect_golden("docs/scenario.md", reference.substr(0, begin) +
                                        strategy_sections(Json::parse(scenario_schema())) +
                                        reference.substr(end));
}

// The reference with each row that only explains its key in other words than the schema put right.
std::string with_explanations(const std::string& reference, const std::set<std::string>& rows) {
  std::string text;
  for (const std::string& line : lines_of(reference)) {
    std::string row = line;
    const std::size_t explanation = line.rfind(" | ", line.size() - 3);
    if (line.starts_with("| `") && explanation != std::string::npos && !rows.contains(line)) {
      const std::string cells = line.substr(0, explanation + 3);
      for (const std::string& other : rows) {
        if (other.starts_with(cells) && reference.find(other) == std::string::npos) row = other;
      }
    }
    text += row + "\n";
  }
  return text;
}

TEST(ScenarioSchema, SaysTheSameAsTheTablesForPeople) {
  std::set<std::string> rows;
  collect_rows(Json::parse(scenario_schema()), rows);
  EXPECT_GT(rows.size(), 100u);
  expect_golden("docs/scenario.md", with_explanations(project_text("docs/scenario.md"), rows));
  const std::string reference = project_text("docs/scenario.md");
  std::string lacking;
  for (const std::string& row : rows) {
    if (reference.find(row) == std::string::npos) lacking += row + "\n";
  }
  EXPECT_EQ(lacking, "") << "docs/scenario.md lacks these rows";
}

TEST(ScenarioReference, NamesEveryTimerUnderItsTracker) {
  const std::string reference = project_text("docs/scenario.md");
  const std::array<std::pair<TrackerKind, std::string>, 4> trackers{{{TrackerKind::Linux, "linux"},
                                                                     {TrackerKind::Pf, "pf"},
                                                                     {TrackerKind::Rfc, "rfc"},
                                                                     {TrackerKind::Idle, "idle"}}};
  for (const auto& [tracker, word] : trackers) {
    std::string row = "| `" + word + "` | ";
    for (const Timeout timer : timeouts_of(tracker)) {
      row += (row.back() == '`' ? ", `" : "`") + std::string(name(timer)) + "`";
    }
    EXPECT_NE(reference.find(row + " |"), std::string::npos) << row;
  }
}

TEST(ScenarioReference, HasExamplesThatParse) {
  std::istringstream lines(project_text("docs/scenario.md"));
  std::string example;
  bool inside = false;
  int examples = 0;
  for (std::string line; std::getline(lines, line);) {
    if (inside && line == "```") {
      const Result<Scenario> result = parse_scenario(example, "docs/scenario.md");
      EXPECT_TRUE(result.ok()) << to_string(result.errors().front()) << "\n" << example;
      ++examples;
      inside = false;
    } else if (inside) {
      example += line + "\n";
    } else if (line == "```json") {
      example.clear();
      inside = true;
    }
  }
  EXPECT_GE(examples, 10);
}

}  // namespace
}  // namespace stayalive
