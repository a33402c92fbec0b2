// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "run/report.h"

namespace stayalive {

// A run in which an expectation did not come true.
struct ExpectationFailure {
  std::uint64_t seed = 0;
  std::string found;
  Blame blame;
  bool of_many = false;
};

// What several runs of one scenario, each with another seed, have shown of one expectation.
struct ExpectationTally {
  std::string text;
  std::string pointer;  // where it stands in the scenario
  std::uint64_t runs = 0;
  std::uint64_t held = 0;
  std::optional<ExpectationFailure> failure;  // of the smallest seed

  // Runs may be added in any order.
  void add(const ExpectationReport& report, std::uint64_t seed);
  // Whether it came true in every run.
  bool holds() const { return held == runs; }
};

}  // namespace stayalive
