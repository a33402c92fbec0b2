// SPDX-License-Identifier: Apache-2.0
#include "document/letters.h"

#include <algorithm>
#include <sstream>

namespace stayalive {
namespace {

bool begins_letter(char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }

}  // namespace

std::vector<std::string> letters_of(const std::string& text) {
  std::vector<std::string> letters;
  for (const char c : text) {
    if (begins_letter(c) || letters.empty()) letters.emplace_back();
    letters.back() += c;
  }
  return letters;
}

std::size_t count_letters(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_letter));
}

std::string shortened(const std::string& text, std::size_t most) {
  const std::vector<std::string> letters = letters_of(text);
  if (letters.size() <= most) return text;
  std::string all;
  for (std::size_t i = 0; i + 1 < most; ++i) all += letters[i];
  return most == 0 ? all : all + "…";
}

std::vector<std::string> wrapped(const std::string& text, std::size_t width) {
  std::vector<std::string> lines;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    const std::vector<std::string> letters = letters_of(word);
    if (!lines.empty() && count_letters(lines.back()) + 1 + letters.size() <= width) {
      lines.back() += " " + word;
      continue;
    }
    for (std::size_t i = 0; i < letters.size(); ++i) {
      if (i % width == 0) lines.emplace_back();
      lines.back() += letters[i];
    }
  }
  return lines;
}

}  // namespace stayalive
