// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ostream>
#include <string>

#include "picture/ladder/ladder.h"

namespace stayalive {

// Draws it as one self-contained SVG 1.1 picture without scripts, readable on light and on dark
// ground; title and description tell the same in words.  id: as SvgRoot::id.
void write_ladder_svg(std::ostream& out, const Ladder& ladder, const std::string& id = "");

}  // namespace stayalive
