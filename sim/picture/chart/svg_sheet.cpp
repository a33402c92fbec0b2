// SPDX-License-Identifier: Apache-2.0
#include "picture/chart/svg_sheet.h"

#include <fmt/format.h>

#include "document/width.h"
#include "picture/svg_root.h"

namespace stayalive {
namespace {

// Colours that are told apart without red and green; on paper the light ones.
constexpr const char* kSheetStyle = R"(
text { font: 12px ui-sans-serif, system-ui, "DejaVu Sans", sans-serif; fill: #24292f }
.paper { fill: #ffffff } .title { font-size: 16px; font-weight: 600 } .name { font-weight: 600 }
.faint { fill: #57606a } .mid { text-anchor: middle } .end { text-anchor: end }
.grid { stroke: #d8dee4; stroke-width: 1 } .edge { stroke: #8c959f; stroke-width: 1; fill: none }
.event { stroke: #57606a; stroke-width: 1; stroke-dasharray: 3 3 } .none { fill: #eaeef2 }
.curve { fill: none; stroke-width: 2 } .band { opacity: .16 }
.hollow { fill: #ffffff; stroke-width: 2 }
.c0 { stroke: #0969da } .f0 { fill: #0969da } .c1 { stroke: #bc4c00; stroke-dasharray: 7 3 }
.f1 { fill: #bc4c00 }
.c2 { stroke: #1a7f37; stroke-dasharray: 2 3 } .f2 { fill: #1a7f37 }
.c3 { stroke: #8250df; stroke-dasharray: 9 3 2 3 } .f3 { fill: #8250df }
.c4 { stroke: #57606a; stroke-dasharray: 4 2 } .f4 { fill: #57606a }
.c5 { stroke: #bf3989; stroke-dasharray: 1 2 } .f5 { fill: #bf3989 }
.h0 { fill: #f4a582 } .h1 { fill: #f7c6ae } .h2 { fill: #fbe6db } .h3 { fill: #e3eff6 }
.h4 { fill: #b9d9ea } .h5 { fill: #92c5de }
.alive { fill: #4ac26b } .remapped { fill: #54aeff } .forgotten { fill: #ff8182 }
.detected { fill: #d4a72c }
.reset { fill: #f2a0cf } .closed { fill: #afb8c1 } .refused { fill: #c297ff }
.on { fill: #1f2328; font-size: 11px }
@media screen and (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .paper { fill: #0d1117 } .faint { fill: #9198a1 }
  .hollow { fill: #0d1117 }
  .grid { stroke: #262c36 } .edge, .event { stroke: #6e7681 } .none { fill: #21262d }
  .c0 { stroke: #58a6ff } .f0 { fill: #58a6ff } .c1 { stroke: #f0883e } .f1 { fill: #f0883e }
  .c2 { stroke: #3fb950 } .f2 { fill: #3fb950 } .c3 { stroke: #bc8cff } .f3 { fill: #bc8cff }
  .c4 { stroke: #9198a1 } .f4 { fill: #9198a1 } .c5 { stroke: #f778ba } .f5 { fill: #f778ba }
  .h0 { fill: #8a3d1b } .h1 { fill: #6b3a22 } .h2 { fill: #4b3830 } .h3 { fill: #2c3d4b }
  .h4 { fill: #24506d } .h5 { fill: #1f5f8b }
  .alive { fill: #238636 } .remapped { fill: #1f6feb } .forgotten { fill: #da3633 }
  .detected { fill: #9e6a03 }
  .reset { fill: #8f2f6b } .closed { fill: #484f58 } .refused { fill: #8957e5 }
  .on { fill: #ffffff }
}
)";

}  // namespace

SvgSheet::SvgSheet(std::ostream& out, const Words& words, int width, int height,
                   const std::string& id)
    : out_(out) {
  begin_svg(out_, {words.title, words.description, width, height, kSheetStyle, id});
  rect(0, 0, width, height, "paper");
}

void SvgSheet::close_with(const char* element, const std::string& tip) {
  if (tip.empty()) {
    out_ << "/>\n";
  } else {
    out_ << "><title>" << svg_text(tip) << "</title></" << element << ">\n";
  }
}

void SvgSheet::text(int x, int y, const char* style, const std::string& words, std::size_t most) {
  shown_text(x, y, style, most == 0 ? words : shortened(words, most), words);
}

void SvgSheet::name(int x, int y, const char* style, const std::string& words, std::size_t most) {
  shown_text(x, y, style, shortened_within(words, most), words);
}

void SvgSheet::shown_text(int x, int y, const char* style, const std::string& shown,
                          const std::string& whole) {
  const std::string tip = shown == whole ? "" : "<title>" + svg_text(whole) + "</title>";
  out_ << fmt::format("<text x=\"{}\" y=\"{}\" class=\"{}\">{}{}</text>\n", x, y, style,
                      svg_text(shown), tip);
}

void SvgSheet::rect(int x, int y, int width, int height, const std::string& style,
                    const std::string& tip) {
  out_ << fmt::format("<rect class=\"{}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"", style, x,
                      y, width, height);
  close_with("rect", tip);
}

void SvgSheet::line(int x1, int y1, int x2, int y2, const std::string& style) {
  out_ << fmt::format("<path class=\"{}\" d=\"M{} {}L{} {}\"/>\n", style, x1, y1, x2, y2);
}

void SvgSheet::path(const std::string& steps, const std::string& style) {
  out_ << fmt::format("<path class=\"{}\" d=\"{}\"/>\n", style, steps);
}

void SvgSheet::dot(int x, int y, int radius, const std::string& style, const std::string& tip) {
  out_ << fmt::format("<circle class=\"{}\" cx=\"{}\" cy=\"{}\" r=\"{}\"", style, x, y, radius);
  close_with("circle", tip);
}

void SvgSheet::end() { out_ << "</svg>\n"; }

}  // namespace stayalive
