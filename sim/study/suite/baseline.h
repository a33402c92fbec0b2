// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "run/report.h"

namespace stayalive {

// Profiles with which the scenarios have to be run once more, as ParseOptions::profile_paths.
struct BaselineProfiles {
  std::string path;
};
// What verdicts are compared with: profiles, or results that were written down.
using Baseline = std::variant<BaselineProfiles, std::vector<RunReport>>;

// Reads a baseline: a profile file, a folder with profiles, or a JSON result of `run` or `test`.
// Profiles that are wrong, and a folder without any, are Diagnostics, so that a baseline that does
// nothing is not taken for one that changes nothing.
Result<Baseline> read_baseline(const std::string& path);

}  // namespace stayalive
