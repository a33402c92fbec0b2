// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json_fwd.hpp>

#include "run/report.h"

namespace stayalive {

// What became of a flow, in the words of docs/result.md.
const char* flow_event_name(FlowEvent event);
// Who is to blame, in the shape of docs/result.md; null when nobody is.
nlohmann::ordered_json blame_json(const Blame& blame);

}  // namespace stayalive
