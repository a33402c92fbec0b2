// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "base/time.h"

namespace stayalive {

constexpr TimePoint at(Duration since_start) { return kStart + since_start; }

}  // namespace stayalive
