// SPDX-License-Identifier: Apache-2.0
#include "scenario/json/syntax.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "document/utf8.h"
#include "scenario/json/json_value.h"

namespace stayalive {
namespace {

constexpr std::string_view kKey = "a key in double quotes";
constexpr std::string_view kValue =
    "a value: text in double quotes, a number, true, false, an object or a list";

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// The first byte at or after `at` that is neither white space nor part of a comment.
std::size_t skip_blanks(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    if (is_blank(text[at])) {
      ++at;
    } else if (text.substr(at, 2) == "//") {
      at = std::min(text.find('\n', at), text.size());
    } else if (text.substr(at, 2) == "/*") {
      const std::size_t end = text.find("*/", at + 2);
      at = end == std::string_view::npos ? text.size() : end + 2;
    } else {
      break;
    }
  }
  return at;
}

struct Wanted {
  std::size_t at = 0;  // where the thing that does not fit begins
  std::string allowed;
  bool stray_comma = false;  // a comma with nothing after it
  bool value = false;        // a value or a key may stand here
};

Wanted after_comma(std::string_view text, std::size_t comma, std::string_view allowed, char end) {
  Wanted wanted{skip_blanks(text, comma + 1), std::string(allowed), false, true};
  if (wanted.at < text.size() && text[wanted.at] == end) {
    wanted.stray_comma = true;
    wanted.at = comma;
  }
  return wanted;
}

Wanted wanted_at(std::string_view text, SyntaxPlace place, std::size_t understood) {
  const std::size_t at = skip_blanks(text, understood);
  const char next = at < text.size() ? text[at] : '\0';
  switch (place) {
    case SyntaxPlace::Beginning:
      return {at, "an object in braces", false, true};
    case SyntaxPlace::ObjectOpened:
      return {at, std::string(kKey) + ", or }", false, true};
    case SyntaxPlace::ArrayOpened:
      return {at, std::string(kValue) + ", or ]", false, true};
    case SyntaxPlace::AfterKey:
      if (next == ':') return {skip_blanks(text, at + 1), std::string(kValue), false, true};
      return {at, "a colon after the key", false, false};
    case SyntaxPlace::AfterMember:
      if (next == ',') return after_comma(text, at, kKey, '}');
      return {at, "a comma and the next key, or }", false, false};
    case SyntaxPlace::AfterItem:
      if (next == ',') return after_comma(text, at, kValue, ']');
      return {at, "a comma and the next item, or ]", false, false};
    case SyntaxPlace::End:
      break;
  }
  return {at, "nothing after the end of the document", false, false};
}

// A text in double quotes that begins at `at` is broken somewhere before `reached`.
std::string broken_text(std::string_view text, std::size_t at, std::size_t reached,
                        std::size_t& place) {
  const std::string_view read = text.substr(at, std::min(reached, text.size()) - at);
  if (const std::size_t valid = valid_utf8(read); valid < read.size()) {
    place = at + valid;
    return "this text is not valid UTF-8";
  }
  const char last = read.back();
  if (last == '\n' || last == '\r') return "this text has no closing quote on its line";
  if (static_cast<unsigned char>(last) < 0x20) {
    place = at + read.size() - 1;
    return "a control character may not stand in a text as it is";
  }
  if (reached >= text.size()) return "this text has no closing quote";
  place = at + read.size() - 1;
  return "this escape is not one of JSON";
}

// The word, number or single sign at `at`, as a message quotes it.
std::string found_at(std::string_view text, std::size_t at) {
  const auto is_word = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
           c == '-' || c == '+' || c == '.';
  };
  std::size_t end = at;
  while (end < text.size() && end < at + 40 && is_word(text[end])) ++end;
  if (end > at) return std::string(text.substr(at, end - at));
  const auto byte = static_cast<unsigned char>(text[at]);
  if (byte > 0x20 && byte < 0x7f) return std::string(1, text[at]);
  constexpr std::string_view kDigits = "0123456789abcdef";
  return std::string("byte 0x") + kDigits[byte >> 4] + kDigits[byte & 15];
}

// The quotes that word processors put in the place of straight ones.
bool is_typographic_quote(std::string_view text) {
  constexpr std::array<std::string_view, 8> kQuotes{"\u201c", "\u201d", "\u201e", "\u201f",
                                                    "\u2018", "\u2019", "\u00ab", "\u00bb"};
  return std::ranges::any_of(kQuotes,
                             [text](std::string_view each) { return text.starts_with(each); });
}

}  // namespace

Diagnostic explain_syntax(const SourceText& source, SyntaxPlace place, std::size_t understood,
                          std::size_t reached) {
  const std::string_view text = source.text();
  Wanted wanted = wanted_at(text, place, understood);
  Diagnostic error;
  error.file = source.file();
  error.allowed = wanted.allowed;
  if (wanted.at >= text.size()) {
    error.message = text.empty() ? "the text is empty" : "the text ends here, unfinished";
  } else if (wanted.stray_comma) {
    error.message = "this comma has nothing after it";
  } else if (text[wanted.at] == '"' && wanted.value && reached > wanted.at) {
    error.message = broken_text(text, wanted.at, reached, wanted.at);
    error.allowed = "text in double quotes, with \\n, \\t, \\\", \\\\ or \\u00e9 as escapes";
  } else if (text[wanted.at] == '\'') {
    error.message = "text stands in double quotes, not in single ones";
  } else if (is_typographic_quote(text.substr(wanted.at))) {
    error.message = "text stands in straight double quotes, not in typographic ones";
  } else {
    error.message = "found " + found_at(text, wanted.at) + " where it does not fit";
  }
  const SourceText::Position position = source.position(wanted.at);
  error.line = position.line;
  error.column = position.column;
  return error;
}

}  // namespace stayalive
