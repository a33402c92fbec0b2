// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string_view>

#include "base/result.h"
#include "scenario/json/json_value.h"

namespace stayalive {

// Whether a text has no control characters.
bool is_plain(std::string_view text);
std::string_view without_blanks_around(std::string_view text);
// JSON when all of the text is.
std::optional<JsonValue> try_json(std::string_view text);
// A value as a command line has it: JSON where it begins like a text in quotes, a list or an
// object, or is a number, true, false or null; else the text as it is, without quotes.  Mistakes
// are Diagnostics without a place.
Result<JsonValue> parse_bare_value(std::string_view text);

}  // namespace stayalive
