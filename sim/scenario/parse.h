// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/run_limits.h"
#include "scenario/scenario.h"
#include "scenario/values/replacement.h"

namespace stayalive {

struct ParseOptions {
  // Folders with more profiles, or profile files; they win over the built-in ones.
  std::vector<std::string> profile_paths;
  // Whether a scenario may name profile files outside of its own folder and of these.
  bool outside_files = false;
  // Values that take the place of what each scenario says, one after the other and before those of
  // a sweep.
  std::vector<Replacement> replacements{};
  // Replacements that name an element which a scenario lacks (see lacks_place) are passed over
  // there, instead of being mistakes.
  bool pass_over_missing_places = false;
  RunLimits limits{};  // of each run of the scenarios
};

// Reads a scenario from JSON text (with // and /* */ comments).  Collects every mistake, not the
// first one; each names the file, line, column and JSON pointer.  Of a sweep every value is tried
// (see ScenarioDocument), but the scenario is the one without them.  Text of any content is safe.
Result<Scenario> parse_scenario(std::string_view text, const std::string& file,
                                const ParseOptions& options = {});
// As above from a file.  A file that cannot be read, or is larger than 16 MiB, is a Diagnostic,
// too.
Result<Scenario> read_scenario(const std::string& file, const ParseOptions& options = {});
// The JSON Schema (draft 2020-12) of a scenario, made from the definitions that the parser itself
// uses.
std::string scenario_schema();

}  // namespace stayalive
