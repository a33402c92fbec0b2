// SPDX-License-Identifier: Apache-2.0
#include "document/print/safe_stream.h"

#include <algorithm>

#include "document/safe_text.h"
#include "document/style.h"
#include "document/utf8.h"

namespace stayalive {
namespace {

bool is_plain(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 && byte < 0x7f;
}

// Where the text begins with a colour of Style: how long it is.
std::size_t colour_at(std::string_view text) {
  for (const std::string_view sequence : Style::sequences()) {
    if (text.starts_with(sequence)) return sequence.size();
  }
  return 0;
}

bool may_become_colour(std::string_view text) {
  return std::ranges::any_of(
      Style::sequences(), [text](std::string_view sequence) { return sequence.starts_with(text); });
}

}  // namespace

void SafeStream::put(std::string_view text) {
  out_.sputn(text.data(), static_cast<std::streamsize>(text.size()));
}

std::streamsize SafeStream::xsputn(const char* text, std::streamsize count) {
  std::string_view rest(text, static_cast<std::size_t>(count));
  std::string joined;
  if (!held_.empty()) {
    joined = held_ + std::string(rest);
    held_.clear();
    rest = joined;
  }
  while (!rest.empty()) {
    const std::size_t taken = take(rest);
    if (taken == 0) break;
    rest.remove_prefix(taken);
  }
  held_ = rest;
  return count;
}

SafeStream::int_type SafeStream::overflow(int_type character) {
  if (traits_type::eq_int_type(character, traits_type::eof())) return traits_type::not_eof(0);
  const char c = traits_type::to_char_type(character);
  xsputn(&c, 1);
  return character;
}

void SafeStream::finish() {
  if (!held_.empty()) put(safe_line(held_));
  held_.clear();
}

std::size_t SafeStream::take(std::string_view text) {
  const char first = text.front();
  if (is_plain(first)) return take_plain(text);
  return (static_cast<unsigned char>(first) & 0x80) != 0 ? take_wide(text) : take_control(text);
}

std::size_t SafeStream::take_plain(std::string_view text) {
  std::size_t count = 0;
  for (; count < text.size() && is_plain(text[count]); ++count) {
    const char c = text[count];
    const bool command = (line_begins_ && c == ':') | marks_.completes(static_cast<char32_t>(c));
    if (c != ' ') line_begins_ = false;
    if (!command) continue;
    put(text.substr(0, count));
    put("\\");
    put(text.substr(count, 1));
    return count + 1;
  }
  put(text.substr(0, count));
  return count;
}

std::size_t SafeStream::take_control(std::string_view text) {
  marks_ = {};
  switch (text.front()) {
    case '\n':
      line_begins_ = true;
      put("\n");
      return 1;
    case '\t':
      put("\t");
      return 1;
    case '\r':
      if (text.size() == 1) return 0;
      if (text[1] != '\n') break;
      line_begins_ = true;
      put("\r\n");
      return 2;
    case '\033':
      if (!colour_) break;
      if (const std::size_t length = colour_at(text); length > 0) {
        put(text.substr(0, length));
        return length;
      }
      if (may_become_colour(text)) return 0;
      break;
    default:
      break;
  }
  put(safe_line(text.substr(0, 1)));
  line_begins_ = false;
  return 1;
}

std::size_t SafeStream::take_wide(std::string_view text) {
  const Decoded next = decode_utf8(text);
  if (!next.valid && is_cut_utf8(text)) return 0;
  const bool unsafe = !next.valid || is_unsafe(next.code);
  put(unsafe ? safe_line(text.substr(0, next.bytes)) : std::string(text.substr(0, next.bytes)));
  // What takes no room does not end the mark of a command.
  marks_.completes(unsafe ? U'\\' : next.code);
  if (unsafe || !is_blank_or_invisible(next.code)) line_begins_ = false;
  return next.bytes;
}

}  // namespace stayalive
