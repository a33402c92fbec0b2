// SPDX-License-Identifier: Apache-2.0
#include "document/safe_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "document/command_marks.h"
#include "document/utf8.h"
#include "document/width.h"

namespace stayalive {
namespace {

struct Characters {
  char32_t first;
  char32_t last;
};

// Beyond ASCII: C1; the soft hyphen; Bidi_Control (UAX #9); line and paragraph separators; and
// what Unicode 15 has as Default_Ignorable_Code_Point, without joiners (U+200C, U+200D), grapheme
// joiner, Hangul fillers and variation selectors.
constexpr auto kUnsafe = std::to_array<Characters>({{0x0080, 0x009f},
                                                    {0x00ad, 0x00ad},
                                                    {0x061c, 0x061c},
                                                    {0x180e, 0x180e},
                                                    {0x200b, 0x200b},
                                                    {0x200e, 0x200f},
                                                    {0x2028, 0x202e},
                                                    {0x2060, 0x206f},
                                                    {0xfeff, 0xfeff},
                                                    {0xfff0, 0xfffb},
                                                    {0x1bca0, 0x1bca3},
                                                    {0x1d173, 0x1d17a},
                                                    {0xe0000, 0xe00ff},
                                                    {0xe01f0, 0xe0fff}});

// White space (property White_Space) that is not unsafe itself.
constexpr auto kBlank = std::to_array<Characters>({{0x0009, 0x000d},
                                                   {0x0020, 0x0020},
                                                   {0x00a0, 0x00a0},
                                                   {0x1680, 0x1680},
                                                   {0x2000, 0x200a},
                                                   {0x202f, 0x202f},
                                                   {0x205f, 0x205f},
                                                   {0x3000, 0x3000}});

template <std::size_t size>
bool is_one_of(const std::array<Characters, size>& sorted, char32_t code) {
  const auto found = std::ranges::lower_bound(sorted, code, {}, &Characters::last);
  return found != sorted.end() && found->first <= code;
}

// As JSON and people write a character that they do not show: two escapes beyond U+FFFF.
std::string numbered(char32_t code) {
  if (code <= 0xffff) return fmt::format("\\u{:04x}", static_cast<unsigned>(code));
  const auto beyond = static_cast<unsigned>(code) - 0x10000;
  return fmt::format("\\u{:04x}\\u{:04x}", 0xd800 + (beyond >> 10), 0xdc00 + (beyond & 0x3ff));
}

std::string made_safe(std::string_view text, bool keep_line_feeds) {
  std::string safe;
  safe.reserve(text.size());
  while (!text.empty()) {
    const Decoded next = decode_utf8(text);
    if (!next.valid) {
      safe += fmt::format("\\x{:02x}", static_cast<unsigned char>(text.front()));
    } else if (next.code == '\t') {
      safe += ' ';
    } else if (is_unsafe(next.code) && !(keep_line_feeds && next.code == '\n')) {
      safe += numbered(next.code);
    } else {
      safe += text.substr(0, next.bytes);
    }
    text.remove_prefix(next.bytes);
  }
  return safe;
}

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

// A character that is valid, as XML 1.0 may hold it.
std::string xml_character(char32_t code, std::string_view bytes) {
  switch (code) {
    case '&':
      return "&amp;";
    case '<':
      return "&lt;";
    case '>':
      return "&gt;";
    case '"':
      return "&quot;";
    case '\t':
    case '\n':
    case '\r':
      return fmt::format("&#{};", static_cast<unsigned>(code));
    default:
      break;
  }
  if (code < 0x20 || code == 0xfffe || code == 0xffff) return std::string(kReplacement);
  if (is_unsafe(code)) return fmt::format("&#x{:x};", static_cast<unsigned>(code));
  return std::string(bytes);
}

}  // namespace

bool is_unsafe(char32_t code) {
  if (code < 0x7f) return code < 0x20;
  return code == 0x7f || is_one_of(kUnsafe, code);
}

bool is_blank_or_invisible(char32_t code) {
  return is_one_of(kBlank, code) || is_unsafe(code) || code_point_width(code) == 0;
}

std::string safe_line(std::string_view text) { return made_safe(text, false); }
std::string safe_lines(std::string_view text) { return made_safe(text, true); }

std::string safe_json(std::string_view json) {
  std::string safe;
  safe.reserve(json.size());
  CommandMarks marks;
  while (!json.empty()) {
    const Decoded next = decode_utf8(json);
    if (marks.completes(next.code)) {
      safe += "\\u005b";
    } else if (is_unsafe(next.code)) {
      safe += numbered(next.code);
    } else {
      safe += json.substr(0, next.bytes);
    }
    json.remove_prefix(next.bytes);
  }
  return safe;
}

std::string xml_text(std::string_view text) {
  std::string xml;
  CommandMarks marks;
  while (!text.empty()) {
    const Decoded next = decode_utf8(text);
    if (!next.valid) {
      xml += kReplacement;
    } else if (marks.completes(next.code)) {
      xml += "&#91;";
    } else {
      xml += xml_character(next.code, text.substr(0, next.bytes));
    }
    text.remove_prefix(next.bytes);
  }
  return xml;
}

}  // namespace stayalive
