// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "scenario/scenario.h"

namespace stayalive {

// Members of all populations of a scenario together; their addresses are 10.64.0.0 and up.
inline constexpr std::int64_t kMostMembers = 8'000'000;
// Of those that are not compact, each with a host and programs of its own.
inline constexpr std::int64_t kMostWholeMembers = 20'000;
// Of a compact one: entries of traffic, and middleboxes on its path.
inline constexpr std::size_t kMostTrafficOfMany = 16;
inline constexpr std::size_t kMostBoxesOfMany = 4;

// Why this connection cannot stand for many in the compact form, each as a sentence.  scenario: its
// hosts and its path have been read.  spec: the options of its strategy are right.
std::vector<std::string> reasons_against_compact(const Scenario& scenario,
                                                 const ConnectionSpec& spec);

}  // namespace stayalive
