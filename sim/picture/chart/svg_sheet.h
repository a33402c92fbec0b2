// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <ostream>
#include <string>

namespace stayalive {

// An SVG drawing with the style that all charts share: light and dark by the reader's choice, light
// on paper, readable without colours.  Lengths are pixels.  What is written into it is made safe.
//
//   SvgSheet sheet(out, {"A title", "What it shows, for those who do not see it"}, 900, 400);
//   sheet.text(16, 28, "title", "A title");
//   sheet.end();
class SvgSheet {
 public:
  struct Words {
    std::string title;
    std::string description;
  };
  // id: as SvgRoot::id.
  SvgSheet(std::ostream& out, const Words& words, int width, int height,
           const std::string& id = "");

  // most: so many columns of text at most; what is longer is shortened and whole when one points at
  // it.  0: as long as it is.
  void text(int x, int y, const char* style, const std::string& words, std::size_t most = 0);
  // Of a name, whose end stays.
  void name(int x, int y, const char* style, const std::string& words, std::size_t most);
  // tip: what is said when one points at it; empty for nothing.
  void rect(int x, int y, int width, int height, const std::string& style,
            const std::string& tip = "");
  void line(int x1, int y1, int x2, int y2, const std::string& style);
  // steps: as in the attribute d.
  void path(const std::string& steps, const std::string& style);
  void dot(int x, int y, int radius, const std::string& style, const std::string& tip = "");
  void end();

 private:
  void shown_text(int x, int y, const char* style, const std::string& shown,
                  const std::string& whole);
  void close_with(const char* element, const std::string& tip);

  std::ostream& out_;
};

// About how many columns of text have room in so many pixels.
constexpr std::size_t columns_in(int pixels) {
  return pixels < 14 ? 1 : static_cast<std::size_t>(pixels / 7);
}

}  // namespace stayalive
