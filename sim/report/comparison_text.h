// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ostream>

#include "document/table.h"
#include "study/advise/compare.h"

namespace stayalive {

// A comparison as a table for people.
void write_comparison_text(std::ostream& out, const Comparison& comparison, const Style& style);

}  // namespace stayalive
