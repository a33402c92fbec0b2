// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <initializer_list>
#include <string_view>
#include <vector>

#include "strategy/strategy.h"

namespace stayalive {

// The spans under these keys must be whole seconds, as the programs read them; each that is not
// adds an error.
void require_whole_seconds(const Options& options, std::initializer_list<std::string_view> keys,
                           std::vector<OptionError>& errors);

// A span as a count of whole seconds; a remainder is cut off.
constexpr std::int64_t whole_seconds(Duration span) { return span / 1s; }

}  // namespace stayalive
