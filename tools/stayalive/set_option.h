// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "command.h"
#include "scenario/parse.h"

namespace stayalive {

// Adds --set, which several commands have.
void add_set(CLI::App& command, std::vector<std::string>& texts);

// Reads --set into `parse`; false, and everything said, when one is wrong.  With several files each
// replacement is for those that have its place, and has to be for one of them at least; how many
// they are is said where they are not all.
bool read_set(const std::vector<std::string>& texts, const std::vector<std::string>& files,
              ParseOptions& parse);

}  // namespace stayalive
