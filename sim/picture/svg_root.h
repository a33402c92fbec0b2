// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ostream>
#include <string>
#include <string_view>

namespace stayalive {

// The outermost element of a drawing, with its title, its description for those who do not see it,
// and its style.
struct SvgRoot {
  std::string title;
  std::string description;
  int width = 0;
  int height = 0;
  // Rules of CSS, at-rules among them; no comments, and no braces in strings.
  std::string_view style;
  // Empty: it is a file of its own.  Otherwise it stands in a page: then this is its name, which
  // begins the names within it, and its style is meant for it alone.
  std::string id;
};
// It ends with "</svg>", which the caller writes.
void begin_svg(std::ostream& out, const SvgRoot& root);

// Text of strangers, in one line, as a text or an attribute of a drawing.
std::string svg_text(std::string_view text);

}  // namespace stayalive
