// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <CLI/CLI.hpp>
#include <functional>
#include <ostream>
#include <string>
#include <vector>

#include "picture/plain_words.h"

namespace stayalive {

// The drawings that a command line asks for: --svg, --png, --scale and --plain.
struct DrawingRequest {
  std::string svg;  // empty: none
  std::string png;
  double scale = 2;
  Wording wording = Wording::Exact;
  bool force = false;
  std::vector<std::string> inputs{};  // files that the command reads

  bool any() const { return !svg.empty() || !png.empty(); }
};
// Adds them.  what: what is drawn, as the help of --svg says it.
void add_drawing(CLI::App& command, DrawingRequest& request, const std::string& what);

// Whether the files may and can be written, to be asked before the work begins; says why not.  A
// PNG needs a program that is not part of this one.
bool can_draw(const DrawingRequest& request);
// Writes what `draw` makes into the files that are asked for.  False, and everything said, where
// one could not be.
bool write_drawing(const DrawingRequest& request, const std::function<void(std::ostream&)>& draw);

}  // namespace stayalive
