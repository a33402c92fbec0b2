// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>

#include "picture/chart/chart.h"
#include "study/advise/compare.h"

namespace stayalive {

// What each way costs a day, against how soon its client notices a crash of the server at the
// latest.  Empty where that is known of none.
std::optional<Chart> draw_comparison(const Comparison& comparison);

}  // namespace stayalive
