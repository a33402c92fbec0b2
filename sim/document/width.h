// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

// How much room UTF-8 text takes in a terminal, counted in columns.  Most characters take one
// column, East Asian wide characters and emoji two, combining marks and other invisible characters
// none.  A byte that is not part of valid UTF-8 counts as one character of one column.
namespace stayalive {

std::size_t code_point_width(char32_t code);
std::size_t display_width(std::string_view text);

// The characters as a reader counts them: each code point together with the combining marks after
// it.
std::vector<std::string> characters_of(std::string_view text);

// At most `most` columns; where something is left out, the last of them is an ellipsis.
std::string shortened(const std::string& text, std::size_t most);

// The same with the ellipsis within, so that names which differ at their ends stay apart.
std::string shortened_within(const std::string& text, std::size_t most);

// A part of a text, in bytes.
struct TextRange {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// Cuts a text into lines between words, the first at most `first` columns wide and the others
// `rest`.  A word is cut only where it alone is wider than a line.  Spaces between words of one
// line are kept, those at a cut are left out.  A text without words gives no lines.
std::vector<TextRange> break_lines(std::string_view text, std::size_t first, std::size_t rest);

// The same with one width for all lines and one space between words.
std::vector<std::string> wrapped(std::string_view text, std::size_t width);

}  // namespace stayalive
