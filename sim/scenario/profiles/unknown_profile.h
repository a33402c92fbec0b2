// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace stayalive {

// The mistake of whoever names a profile that is none, without its place.  It suggests the only
// known name that fits, or lists those that do ("azure": all boxes of Azure).  Whoever names a
// proxy ("nginx", "aws-alb") is told so, and is not led to a box whose name is spelt alike.
// known: the names of all profiles, in order.
Diagnostic unknown_profile(const std::string& word, std::span<const std::string_view> known);

// Whether the word names a product that ends connections and begins others.
bool names_a_proxy(std::string_view word);

}  // namespace stayalive
