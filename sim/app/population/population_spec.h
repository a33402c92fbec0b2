// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/time.h"

namespace stayalive {

// How many a connection of a scenario stands for, and when they come and go.
struct PopulationSpec {
  std::uint32_t count = 0;   // 0: the connection stands for itself alone
  Duration spread{};         // each begins at a random instant in [start, start + spread]
  Duration stay = kForever;  // and leaves so long after its own beginning, without a word
  bool compact = false;      // its members are records of one node, not hosts with programs
};

// When its members begin, in order of time.  connection: its name, from which the random numbers
// follow together with the seed.
std::vector<TimePoint> draw_starts(const PopulationSpec& population, TimePoint start,
                                   const std::string& connection, std::uint64_t seed);

}  // namespace stayalive
