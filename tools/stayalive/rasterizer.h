// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "base/result.h"

namespace stayalive {

// The program that makes pixels of a drawing, rsvg-convert of librsvg, where the folders of PATH
// have it; else a mistake that says what to install.
Result<std::string> find_rasterizer();

// A drawing as PNG, in its light colours.  program: of find_rasterizer(); scale: pixels for each of
// the drawing's own.
Result<std::string> rasterize(const std::string& program, const std::string& svg, double scale);

}  // namespace stayalive
