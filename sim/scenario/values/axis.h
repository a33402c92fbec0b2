// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "scenario/json/json_value.h"

namespace stayalive {

// A value of a scenario that is varied, and what it takes on.
struct Axis {
  // Keys on the way to it joined by dots, elements of lists by their name or position, `*` for all
  // of them: "connections.ssh.strategy.ssh.server_alive_interval"; or a JSON pointer.
  std::string path;
  std::vector<JsonValue> values;  // at least one
};

// How the value is shown in tables: a text without its quotes, anything else as JSON.
std::string label(const JsonValue& value);

// Reads "PATH=VALUES" as a command line has it.  VALUES are separated by commas, or are a JSON
// array; each is a text, a number or JSON, or a range: "15s..10m/15s" in steps, both ends included,
// "15s..16m*2" by factors.  Mistakes are Diagnostics without a place.
Result<Axis> parse_axis(std::string_view text);

}  // namespace stayalive
