// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ostream>

#include "study/advise/compare.h"

namespace stayalive {

// A comparison for programs; docs/result.md tells its shape.
void write_comparison_json(std::ostream& out, const Comparison& comparison);

}  // namespace stayalive
