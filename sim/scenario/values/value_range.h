// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "scenario/json/json_value.h"

namespace stayalive {

inline constexpr std::size_t kMostAxisValues = 10'000;

// Whether a text is meant as a range: a span or a whole number, two dots, and more.
bool is_range(std::string_view text);
// The values of a range of spans or of whole numbers from 0: "15s..10m/15s" in steps, "15s..16m*2"
// by factors; the beginning always, the end when it is hit.  Mistakes are Diagnostics without a
// place.
Result<std::vector<JsonValue>> parse_range(std::string_view text);

}  // namespace stayalive
