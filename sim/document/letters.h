// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <string>
#include <vector>

namespace stayalive {

// Text by its letters: code points of UTF-8, each of which takes one place on a terminal.
std::vector<std::string> letters_of(const std::string& text);
std::size_t count_letters(const std::string& text);
// At most `most` letters, the last an ellipsis where some are left out.
std::string shortened(const std::string& text, std::size_t most);
// Lines of at most `width` letters, cut between words, and within a word only where it alone is
// longer; no lines without words.
std::vector<std::string> wrapped(const std::string& text, std::size_t width);

}  // namespace stayalive
