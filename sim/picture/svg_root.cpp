// SPDX-License-Identifier: Apache-2.0
#include "picture/svg_root.h"

#include <fmt/format.h>

#include "document/safe_text.h"

namespace stayalive {
namespace {

// "a, b" as "#id a, #id b".
std::string within(std::string_view selectors, const std::string& id) {
  std::string all;
  while (!selectors.empty()) {
    const std::size_t comma = selectors.find(',');
    std::string_view one = selectors.substr(0, comma);
    selectors.remove_prefix(comma == std::string_view::npos ? selectors.size() : comma + 1);
    while (!one.empty() && (one.front() == ' ' || one.front() == '\n')) one.remove_prefix(1);
    all += (all.empty() ? "#" : ", #") + id + " " + std::string(one);
  }
  return all;
}

// Rules that hold within one element only.  What comes before a brace is selectors, but for
// at-rules, whose braces have rules in them.
std::string scoped_style(std::string_view style, const std::string& id) {
  std::string scoped;
  while (!style.empty()) {
    const std::size_t open = style.find_first_of("{}");
    if (open == std::string_view::npos) break;
    const std::string_view before = style.substr(0, open);
    const std::size_t text = before.find_first_not_of(" \n");
    if (style[open] == '}' || text == std::string_view::npos || before[text] == '@') {
      scoped += style.substr(0, open + 1);
      style.remove_prefix(open + 1);
      continue;
    }
    const std::size_t close = style.find('}', open);
    scoped += "\n" + within(before, id) + std::string(style.substr(open, close + 1 - open));
    style.remove_prefix(close + 1);
  }
  return scoped + "\n";
}

}  // namespace

std::string svg_text(std::string_view text) { return xml_text(safe_line(text)); }

void begin_svg(std::ostream& out, const SvgRoot& root) {
  const std::string prefix = root.id.empty() ? "" : root.id + "-";
  const std::string name = root.id.empty() ? "" : "id=\"" + root.id + "\" ";
  out << fmt::format(
      "<svg {3}xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" "
      "viewBox=\"0 0 {0} {1}\" role=\"img\" aria-labelledby=\"{2}title {2}desc\">\n",
      root.width, root.height, prefix, name);
  out << "<title id=\"" << prefix << "title\">" << svg_text(root.title) << "</title>\n<desc id=\""
      << prefix << "desc\">" << xml_text(safe_lines(root.description)) << "</desc>\n<style>"
      << (root.id.empty() ? std::string(root.style) : scoped_style(root.style, root.id))
      << "</style>\n";
}

}  // namespace stayalive
