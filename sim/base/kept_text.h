// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <utility>

namespace stayalive {

// A text as an alternative of a std::variant that is copied.  libstdc++ takes a variant with a
// std::string for one that is never without a value, and where the copy of one finds no memory it
// destroys a value that was never there (g++ 12).  With a type of our own it looks first.
struct KeptText : std::string {
  KeptText(std::string text) : std::string(std::move(text)) {}
  KeptText(const char* text) : std::string(text) {}
};

}  // namespace stayalive
