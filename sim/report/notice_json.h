// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json.hpp>

#include "document/seconds_json.h"
#include "study/advise/experiment.h"
#include "study/trials/tally.h"

namespace stayalive {

// Parts that the JSON of advice and of comparisons share.
nlohmann::ordered_json detection_json(const Detection& detection);
nlohmann::ordered_json cost_json(const Cost& cost);

}  // namespace stayalive
