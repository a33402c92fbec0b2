// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "base/time.h"

namespace stayalive {

// An instant as the time since the beginning of the run, rounded to milliseconds: "1h40m0.02s".
std::string print_instant(TimePoint when);

}  // namespace stayalive
