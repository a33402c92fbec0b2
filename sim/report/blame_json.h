// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json_fwd.hpp>

#include "run/report.h"

namespace stayalive {

// Who is to blame, in the shape of docs/result.md; null when nobody is.
nlohmann::ordered_json blame_json(const Blame& blame);

}  // namespace stayalive
