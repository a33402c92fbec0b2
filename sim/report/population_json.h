// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json_fwd.hpp>

#include "run/report.h"

namespace stayalive {

// A population as docs/result.md describes it.
nlohmann::ordered_json population_json(const PopulationReport& population);

}  // namespace stayalive
