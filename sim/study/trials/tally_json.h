// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>

#include "scenario/json/json_value.h"
#include "study/trials/expectation_tally.h"
#include "study/trials/tally.h"

namespace stayalive {

// A tally as JSON, whole and exact: what is read back equals what was written.  Its shape is the
// program's own affair and changes with it; docs/result.md has the one for others.
std::string tally_json(const Tally& tally);
std::string tally_json(const ExpectationTally& tally);
// Empty when it is anything else.
std::optional<Tally> read_tally(const JsonValue& json);
std::optional<ExpectationTally> read_expectation_tally(const JsonValue& json);

}  // namespace stayalive
