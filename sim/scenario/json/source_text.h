// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace stayalive {

// A text that people wrote, with its name and a way to say where in it something stands.  The text
// must outlive this object.
class SourceText {
 public:
  SourceText(std::string_view text, std::string file);

  std::string_view text() const { return text_; }
  const std::string& file() const { return file_; }

  struct Position {
    std::uint32_t line = 1;    // from 1
    std::uint32_t column = 1;  // from 1, in characters, not bytes
  };
  // offset: a byte of the text, or its end.
  Position position(std::size_t offset) const;

 private:
  std::string_view text_;
  std::string file_;
  // How many characters begin in the text before a byte.
  std::size_t characters_before(std::size_t offset) const;

  std::vector<std::size_t> line_starts_;
  // The same for every block of bytes, so that a place in a long line is found soon.
  std::vector<std::size_t> characters_before_block_;
};

}  // namespace stayalive
