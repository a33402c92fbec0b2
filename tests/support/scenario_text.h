// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <utility>

#include "scenario/parse.h"
#include "support/says.h"

// Scenarios as tests write them: the interesting part only.
namespace stayalive {

// A scenario that is right, with `more` keys ("\"seed\": 2,") in front.
inline std::string scenario_with(const std::string& more) {
  return "{" + more + "\n\"connections\": [{\"name\": \"c\"}]}";
}

// Reads a scenario that has to be right.
inline Scenario right(const std::string& text) {
  Result<Scenario> result = parse_scenario(text, "s.json");
  if (result.ok()) return std::move(result).value();
  std::string all = "a scenario that has to be right is wrong:";
  for (const Diagnostic& error : result.errors()) all += "\n" + to_string(error);
  throw std::runtime_error(all);  // ends the test, since there is nothing to look at
}

// Every mistake of a scenario that has to be wrong, one on each line.
inline std::string mistakes(const std::string& text) {
  const Result<Scenario> result = parse_scenario(text, "s.json");
  if (result.ok()) return "none";
  std::string all;
  for (const Diagnostic& error : result.errors()) {
    if (!all.empty()) all += '\n';
    all += to_string(error);
  }
  return all;
}

}  // namespace stayalive
