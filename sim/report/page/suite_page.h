// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <ostream>
#include <stop_token>
#include <string>

#include "base/result.h"
#include "scenario/scenario.h"
#include "study/suite/changes.h"
#include "study/suite/suite.h"

namespace stayalive {

struct SuiteForPage {
  const Suite& suite;
  const std::optional<Changes>& changes;
  std::optional<std::uint64_t> seed;  // instead of each scenario's own
  // The scenario of a file, as the suite has run it.
  std::function<Result<Scenario>(const std::string& file)> read;
  std::stop_token stop{};
};

// A suite as a page: which scenarios failed, and of each of them why, with ladders and all
// connections on one line of time; then everything that was run.
void write_suite_page(std::ostream& out, const SuiteForPage& suite, const std::string& made_by);

}  // namespace stayalive
