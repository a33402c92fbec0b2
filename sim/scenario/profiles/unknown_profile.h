// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace stayalive {

// The mistake of whoever names a profile that is none, without its place.  It suggests the only
// known name that fits, and nothing else, or lists those that do ("azure": all boxes and proxies of
// Azure). known: the names of all profiles, of boxes and of proxies, in order.
Diagnostic unknown_profile(const std::string& word, std::span<const std::string_view> known);

// The names of all boxes and proxies built into the program, in order.
std::vector<std::string_view> builtin_names();

}  // namespace stayalive
