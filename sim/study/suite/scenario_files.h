// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "base/result.h"

namespace stayalive {

// A file that has to be run, or a path that cannot be, with the reasons.
struct ScenarioFile {
  std::string file;
  std::vector<Diagnostic> errors;
};

struct ScenarioFiles {
  std::vector<ScenarioFile> files;   // in order of their paths
  std::vector<std::string> skipped;  // JSON files in folders that are something else or elsewhere
};

// Finds the scenarios that the paths name.  A file must be one.  In a folder and the folders below
// it every file *.json counts that is not recognisably something else; one that is broken counts,
// so that it is not missed in silence.  What is hidden (.git) is skipped, and so is a folder or
// file that has been seen under another name, so that links may form circles, and what a symbolic
// link leads to outside of the folder that was named.
ScenarioFiles find_scenarios(const std::vector<std::string>& paths);

}  // namespace stayalive
