// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "run/report.h"

namespace stayalive {

// What became of a connection that stands for many: sentences with their full stops.  There must be
// a population.
std::vector<std::string> tell_population(const ConnectionReport& connection);

// What brought members down, the deadliest first, and which ends noticed it: sentences without a
// full stop.
std::vector<std::string> causes_of(const PopulationReport& population);

// When members were forgotten for the first time: "4m .. 5m .. 9m" (first, median, last); "-" where
// none was.
std::string first_deaths(const PopulationReport& population);

}  // namespace stayalive
