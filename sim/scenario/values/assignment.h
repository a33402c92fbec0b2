// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "scenario/values/replacement.h"

namespace stayalive {

// Reads "PATH=VALUE" as a command line has it: the path as in an Axis, the value as text, as a
// number or as JSON.  origin: the option, which messages name.  Mistakes are Diagnostics without a
// place.
Result<Replacement> parse_assignment(std::string_view text, std::string origin);

}  // namespace stayalive
