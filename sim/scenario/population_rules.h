// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "scenario/scenario.h"

namespace stayalive {

// Members of all populations of a scenario together; their addresses are 10.64.0.0 and up.
inline constexpr std::int64_t kMostMembers = 8'000'000;
inline constexpr std::size_t kMostTrafficOfMany = 16;  // entries of traffic

// Why this connection cannot stand for many, each as a sentence.  scenario: its hosts and its path
// have been read.
std::vector<std::string> reasons_against_many(const Scenario& scenario, const ConnectionSpec& spec);

}  // namespace stayalive
