// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <nlohmann/json_fwd.hpp>

#include "base/time.h"

namespace stayalive {

// Seconds as a decimal number; nanoseconds of a century fit a double's 53 bits well enough to
// round-trip microseconds.
nlohmann::ordered_json seconds_json(Duration span);

}  // namespace stayalive
