// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <streambuf>
#include <string>
#include <string_view>

#include "document/command_marks.h"

namespace stayalive {

// The last door before a terminal or a log: what is written to it reaches `out` without control
// characters, wherever they came from.  Line feeds, tabs and CR LF pass, and the colours of Style
// where `colour` says so.  A backslash parts what build services would take for a command: a line
// whose first letter is a colon, and the bracket of "##[".
class SafeStream final : public std::streambuf {
 public:
  SafeStream(std::streambuf& out, bool colour) : out_(out), colour_(colour) {}
  ~SafeStream() override { finish(); }
  SafeStream(const SafeStream&) = delete;
  SafeStream& operator=(const SafeStream&) = delete;

  // Writes the rest of a character that was never completed; nothing may be written after it.
  void finish();

 protected:
  std::streamsize xsputn(const char* text, std::streamsize count) override;
  int_type overflow(int_type character) override;
  int sync() override { return out_.pubsync(); }

 private:
  // Takes the first character or run of plain ones; 0 where more has to be known.
  std::size_t take(std::string_view text);
  std::size_t take_plain(std::string_view text);
  std::size_t take_control(std::string_view text);
  std::size_t take_wide(std::string_view text);
  void put(std::string_view text);

  std::streambuf& out_;
  const bool colour_;
  std::string held_;
  CommandMarks marks_;
  bool line_begins_ = true;  // only blanks so far
};

}  // namespace stayalive
