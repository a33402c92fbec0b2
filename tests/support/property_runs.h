// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <charconv>
#include <cstdlib>
#include <optional>
#include <string_view>
#include <system_error>

#include "base/check.h"

namespace stayalive {

// A whole number of at least `least` from the environment; empty where it is not set.
inline std::optional<int> number_from_environment(const char* name, int least) {
  const char* given = std::getenv(name);
  if (given == nullptr) return std::nullopt;
  const std::string_view text(given);
  int number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  CHECK(error == std::errc{} && end == text.data() + text.size() && number >= least,
        "STAYALIVE_PROPERTY_RUNS is a whole number of at least 1, STAYALIVE_PROPERTY_FROM of at "
        "least 0");
  return number;
}

// How many random cases a property test runs: `usual` of them, or STAYALIVE_PROPERTY_RUNS times as
// many when that is set in the environment to a whole number of at least 1 (docs/testing.md).
// More runs begin with the same cases as fewer do.
inline int property_runs(int usual) {
  return usual * number_from_environment("STAYALIVE_PROPERTY_RUNS", 1).value_or(1);
}

// The number of the first case, where a test says that its cases may be run in portions: 0, or
// STAYALIVE_PROPERTY_FROM.
inline int first_property_run() {
  return number_from_environment("STAYALIVE_PROPERTY_FROM", 0).value_or(0);
}

}  // namespace stayalive
