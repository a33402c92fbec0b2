// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string_view>

namespace stayalive {

// One character of UTF-8 (RFC 3629): no overlong forms, no surrogates.
struct Decoded {
  char32_t code = 0;
  std::size_t bytes = 1;
  bool valid = true;
};

// The code point at the beginning of a text that is not empty; a byte that does not belong there is
// U+FFFD, one byte long and not valid.
Decoded decode_utf8(std::string_view text);

// Whether the text, of at most three bytes, could become valid with more bytes behind it.
bool is_cut_utf8(std::string_view text);

// The length of the valid UTF-8 at the front of the text: all of it when it is valid.
std::size_t valid_utf8(std::string_view text);

}  // namespace stayalive
