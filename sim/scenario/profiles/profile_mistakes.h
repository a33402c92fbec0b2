// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace stayalive {

// What is wrong with the text of a profile, of a box or of a proxy, as it says itself.
std::vector<Diagnostic> profile_mistakes(std::string_view text, const std::string& file);

}  // namespace stayalive
