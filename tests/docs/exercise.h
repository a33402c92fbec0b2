// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "api/stayalive.h"
#include "support/golden.h"

// An exercise of docs/learn, as docs/learn/README.md describes the file.  What it claims is asked
// of the library, as another program would.
namespace stayalive {

struct Exercise {
  std::string name;  // "1-the-interval"
  nlohmann::json json;

  std::string file(const std::string& ending) const { return "docs/learn/" + name + ending; }
  std::string text(const std::string& pointer) const {
    return json.at(nlohmann::json::json_pointer(pointer)).get<std::string>();
  }
  // "connections.session.start=5s", as --set and the library take it.
  std::string assignment() const {
    const nlohmann::json& value = json.at("change").at("value");
    return text("/change/path") + "=" +
           (value.is_string() ? value.get<std::string>() : value.dump());
  }
};

// All of them by name, in the order of the lessons.
inline std::vector<std::string> exercise_names() {
  const std::string ending = ".exercise.json";
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(project_path("docs/learn"))) {
    const std::string file = entry.path().filename().string();
    if (file.ends_with(ending)) names.push_back(file.substr(0, file.size() - ending.size()));
  }
  std::sort(names.begin(), names.end());
  return names;
}

inline Exercise exercise(const std::string& name) {
  return {name, nlohmann::json::parse(project_text("docs/learn/" + name + ".exercise.json"))};
}

// Which of these expectations the program refutes, each with what it found instead; empty when all
// come true.
inline std::vector<std::string> refuted(const Exercise& exercise, const nlohmann::json& expect,
                                        const std::vector<std::string>& set) {
  const std::string file = "docs/learn/" + exercise.text("/scenario");
  nlohmann::json scenario = nlohmann::json::parse(project_text(file));
  scenario["expect"] = expect;
  api::Options options;
  options.file = file;
  options.set = set;
  const api::Answer answer = api::run(scenario.dump(), options);
  std::vector<std::string> found;
  for (const api::Mistake& mistake : answer.mistakes) {
    ADD_FAILURE() << exercise.name << ": " << mistake.text();
    found.push_back(mistake.text());
  }
  if (!answer.ok()) return found;
  const nlohmann::json result = nlohmann::json::parse(answer.json);
  const nlohmann::json& claims = result.at("runs").at(0).at("expectations");
  EXPECT_EQ(claims.size(), expect.size());
  for (const nlohmann::json& claim : claims) {
    if (claim.at("holds").get<bool>()) continue;
    found.push_back(claim.at("expect").get<std::string>() +
                    "; found: " + claim.at("found").get<std::string>());
  }
  return found;
}

}  // namespace stayalive
