// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ostream>
#include <string>

#include "study/advise/advise.h"

namespace stayalive {

// Whether the search came so far that there is anything to draw.
bool has_window(const Advice& advice);
// Draws the intervals on a line by factors: which hold, which do not and why, and which one to use.
// id: as SvgRoot::id.
void write_window_svg(std::ostream& out, const Advice& advice, const std::string& id = "");

}  // namespace stayalive
