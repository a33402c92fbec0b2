// SPDX-License-Identifier: Apache-2.0
#include "document/width.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include "document/utf8.h"

namespace stayalive {
namespace {

struct CodePoints {
  char32_t first;
  char32_t last;
};

// Marks that join the character before them, and characters without a shape of their own: the
// general categories Mn, Me and Cf of Unicode 15, for the scripts in common use.
constexpr auto kInvisible = std::to_array<CodePoints>(
    {{0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd},   {0x05bf, 0x05bf},  {0x05c1, 0x05c2},
     {0x05c4, 0x05c5}, {0x05c7, 0x05c7}, {0x0610, 0x061a},   {0x064b, 0x065f},  {0x0670, 0x0670},
     {0x06d6, 0x06dc}, {0x06df, 0x06e4}, {0x06e7, 0x06e8},   {0x06ea, 0x06ed},  {0x0900, 0x0902},
     {0x093a, 0x093a}, {0x093c, 0x093c}, {0x0941, 0x0948},   {0x094d, 0x094d},  {0x0e31, 0x0e31},
     {0x0e34, 0x0e3a}, {0x0e47, 0x0e4e}, {0x1ab0, 0x1aff},   {0x1dc0, 0x1dff},  {0x200b, 0x200f},
     {0x202a, 0x202e}, {0x2060, 0x2064}, {0x20d0, 0x20ff},   {0x3099, 0x309a},  {0xfe00, 0xfe0f},
     {0xfe20, 0xfe2f}, {0xfeff, 0xfeff}, {0x1f3fb, 0x1f3ff}, {0xe0100, 0xe01ef}});

// East_Asian_Width W and F of Unicode 15 (UAX #11), neighbouring blocks joined.
constexpr auto kWide = std::to_array<CodePoints>(
    {{0x1100, 0x115f},   {0x231a, 0x231b},   {0x2329, 0x232a},   {0x23e9, 0x23ec},
     {0x23f0, 0x23f0},   {0x23f3, 0x23f3},   {0x25fd, 0x25fe},   {0x2614, 0x2615},
     {0x2648, 0x2653},   {0x267f, 0x267f},   {0x2693, 0x2693},   {0x26a1, 0x26a1},
     {0x26aa, 0x26ab},   {0x26bd, 0x26be},   {0x26c4, 0x26c5},   {0x26ce, 0x26ce},
     {0x26d4, 0x26d4},   {0x26ea, 0x26ea},   {0x26f2, 0x26f3},   {0x26f5, 0x26f5},
     {0x26fa, 0x26fa},   {0x26fd, 0x26fd},   {0x2705, 0x2705},   {0x270a, 0x270b},
     {0x2728, 0x2728},   {0x274c, 0x274c},   {0x274e, 0x274e},   {0x2753, 0x2755},
     {0x2757, 0x2757},   {0x2795, 0x2797},   {0x27b0, 0x27b0},   {0x27bf, 0x27bf},
     {0x2b1b, 0x2b1c},   {0x2b50, 0x2b50},   {0x2b55, 0x2b55},   {0x2e80, 0x303e},
     {0x3041, 0x3247},   {0x3250, 0x4dbf},   {0x4e00, 0xa4c6},   {0xa960, 0xa97c},
     {0xac00, 0xd7a3},   {0xf900, 0xfaff},   {0xfe10, 0xfe19},   {0xfe30, 0xfe6b},
     {0xff01, 0xff60},   {0xffe0, 0xffe6},   {0x16fe0, 0x18cd5}, {0x1aff0, 0x1b2fb},
     {0x1f004, 0x1f004}, {0x1f0cf, 0x1f0cf}, {0x1f18e, 0x1f18e}, {0x1f191, 0x1f19a},
     {0x1f200, 0x1f320}, {0x1f32d, 0x1f335}, {0x1f337, 0x1f37c}, {0x1f37e, 0x1f393},
     {0x1f3a0, 0x1f3ca}, {0x1f3cf, 0x1f3d3}, {0x1f3e0, 0x1f3f0}, {0x1f3f4, 0x1f3f4},
     {0x1f3f8, 0x1f43e}, {0x1f440, 0x1f440}, {0x1f442, 0x1f4fc}, {0x1f4ff, 0x1f53d},
     {0x1f54b, 0x1f54e}, {0x1f550, 0x1f567}, {0x1f57a, 0x1f57a}, {0x1f595, 0x1f596},
     {0x1f5a4, 0x1f5a4}, {0x1f5fb, 0x1f64f}, {0x1f680, 0x1f6c5}, {0x1f6cc, 0x1f6cc},
     {0x1f6d0, 0x1f6d2}, {0x1f6d5, 0x1f6d7}, {0x1f6dc, 0x1f6df}, {0x1f6eb, 0x1f6ec},
     {0x1f6f4, 0x1f6fc}, {0x1f7e0, 0x1f7eb}, {0x1f7f0, 0x1f7f0}, {0x1f90c, 0x1f93a},
     {0x1f93c, 0x1f945}, {0x1f947, 0x1f9ff}, {0x1fa70, 0x1faff}, {0x20000, 0x3fffd}});

template <std::size_t size>
bool contains(const std::array<CodePoints, size>& sorted, char32_t code) {
  const auto found = std::ranges::lower_bound(sorted, code, {}, &CodePoints::last);
  return found != sorted.end() && found->first <= code;
}

// How many bytes of the text fit into `width` columns, in whole characters and at least one.
std::size_t fitting_bytes(std::string_view text, std::size_t width) {
  std::size_t bytes = 0;
  std::size_t columns = 0;
  while (bytes < text.size()) {
    const Decoded next = decode_utf8(text.substr(bytes));
    columns += code_point_width(next.code);
    if (columns > width && bytes > 0) break;
    bytes += next.bytes;
  }
  return bytes;
}

constexpr std::string_view kBlanks = " \t\r\n\v\f";

}  // namespace

std::size_t code_point_width(char32_t code) {
  if (code < 0x300) return 1;
  return contains(kInvisible, code) ? 0 : contains(kWide, code) ? 2 : 1;
}

std::size_t display_width(std::string_view text) {
  std::size_t columns = 0;
  while (!text.empty()) {
    const Decoded next = decode_utf8(text);
    columns += code_point_width(next.code);
    text.remove_prefix(next.bytes);
  }
  return columns;
}

std::vector<std::string> characters_of(std::string_view text) {
  std::vector<std::string> characters;
  while (!text.empty()) {
    const Decoded next = decode_utf8(text);
    if (characters.empty() || code_point_width(next.code) > 0) characters.emplace_back();
    characters.back() += text.substr(0, next.bytes);
    text.remove_prefix(next.bytes);
  }
  return characters;
}

std::string shortened(const std::string& text, std::size_t most) {
  if (display_width(text) <= most) return text;
  if (most == 0) return "";
  std::string kept;
  std::size_t columns = 0;
  for (const std::string& character : characters_of(text)) {
    columns += display_width(character);
    if (columns + 1 > most) break;
    kept += character;
  }
  return kept + "…";
}

std::string shortened_within(const std::string& text, std::size_t most) {
  if (display_width(text) <= most) return text;
  const std::size_t at_end = most / 3;
  std::vector<std::string> characters = characters_of(text);
  std::string end;
  for (std::size_t columns = 0; !characters.empty(); characters.pop_back()) {
    columns += display_width(characters.back());
    if (columns > at_end) break;
    end = characters.back() + end;
  }
  return shortened(text, most - display_width(end)) + end;
}

std::vector<TextRange> break_lines(std::string_view text, std::size_t first, std::size_t rest) {
  std::vector<TextRange> lines;
  std::size_t used = 0;
  for (std::size_t at = text.find_first_not_of(kBlanks); at != std::string_view::npos;) {
    std::size_t end = std::min(text.find_first_of(kBlanks, at), text.size());
    const std::size_t word = display_width(text.substr(at, end - at));
    const std::size_t width = lines.size() <= 1 ? first : rest;
    if (!lines.empty() && used + (at - lines.back().end) + word <= width) {
      used += (at - lines.back().end) + word;
      lines.back().end = end;
    } else {
      const std::size_t fresh = lines.empty() ? first : rest;
      if (word > fresh) end = at + fitting_bytes(text.substr(at, end - at), fresh);
      lines.push_back({at, end});
      used = display_width(text.substr(at, end - at));
    }
    at = text.find_first_not_of(kBlanks, end);
    // The rest of a word that was cut begins a line of its own.
    if (at == end) used = std::max(first, rest);
  }
  return lines;
}

std::vector<std::string> wrapped(std::string_view text, std::size_t width) {
  std::string plain;
  for (std::size_t at = text.find_first_not_of(kBlanks); at != std::string_view::npos;) {
    const std::size_t end = std::min(text.find_first_of(kBlanks, at), text.size());
    if (!plain.empty()) plain += ' ';
    plain += text.substr(at, end - at);
    at = text.find_first_not_of(kBlanks, end);
  }
  std::vector<std::string> lines;
  for (const TextRange& line : break_lines(plain, width, width))
    lines.push_back(plain.substr(line.begin, line.end - line.begin));
  return lines;
}

}  // namespace stayalive
