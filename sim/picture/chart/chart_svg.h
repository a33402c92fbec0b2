// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <ostream>
#include <string>

#include "picture/chart/chart.h"

namespace stayalive {

// So many curves have colours of their own; further ones repeat them.
inline constexpr std::size_t kCurveColours = 6;

// Draws the panels of a chart one below the other, 900 pixels wide.  id: as SvgRoot::id.
void write_chart_svg(std::ostream& out, const Chart& chart, const std::string& id = "");

}  // namespace stayalive
