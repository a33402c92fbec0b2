// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "scenario/json/json_value.h"

// A line of the log of a sweep: an object, whose last member is the checksum of the bytes before it
// and of what the log belongs to.
namespace stayalive {

// text: an object.  Without a line end.
std::string checked_line(std::string text, std::uint64_t fingerprint);
bool is_checked(std::string_view line, std::uint64_t fingerprint);
// Empty when the line is no object.
std::optional<JsonValue> parse_log_line(std::string_view line);

// A mistake in a log.  line: from 1; 0 for the whole file.
Diagnostic log_mistake(const std::string& file, std::uint32_t line, std::string message,
                       std::string allowed = {});

}  // namespace stayalive
