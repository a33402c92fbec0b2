// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <charconv>
#include <cstdlib>
#include <string_view>
#include <system_error>

#include "base/check.h"

namespace stayalive {

// How many random cases a property test runs: `usual` of them, or STAYALIVE_PROPERTY_RUNS times as
// many when that is set in the environment to a whole number of at least 1 (docs/testing.md).
// More runs begin with the same cases as fewer do.
inline int property_runs(int usual) {
  const char* given = std::getenv("STAYALIVE_PROPERTY_RUNS");
  if (given == nullptr) return usual;
  const std::string_view text(given);
  int factor = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), factor);
  CHECK(error == std::errc{} && end == text.data() + text.size() && factor >= 1,
        "STAYALIVE_PROPERTY_RUNS is a whole number of at least 1");
  return usual * factor;
}

}  // namespace stayalive
