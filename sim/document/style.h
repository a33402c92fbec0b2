// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "document/sentence.h"

namespace stayalive {

// Terminal colours, or nothing at all when they are off.
class Style {
 public:
  explicit Style(bool colour) : colour_(colour) {}
  std::string painted(const std::string& text, Tone tone) const {
    switch (tone) {
      case Tone::Plain:
        break;
      case Tone::Good:
        return paint("32", text);
      case Tone::Bad:
        return paint("31", text);
      case Tone::Warn:
        return paint("33", text);
      case Tone::Strong:
        return paint("1", text);
      case Tone::Faint:
        return paint("2", text);
    }
    return text;
  }
  // Every control sequence that paints.
  static std::span<const std::string_view> sequences() {
    static constexpr std::string_view kAll[] = {"\033[0m",  "\033[1m",  "\033[2m",
                                                "\033[31m", "\033[32m", "\033[33m"};
    return kAll;
  }
  std::string good(const std::string& text) const { return painted(text, Tone::Good); }
  std::string bad(const std::string& text) const { return painted(text, Tone::Bad); }
  std::string warn(const std::string& text) const { return painted(text, Tone::Warn); }
  std::string strong(const std::string& text) const { return painted(text, Tone::Strong); }
  std::string faint(const std::string& text) const { return painted(text, Tone::Faint); }

 private:
  std::string paint(const char* code, const std::string& text) const {
    return colour_ && !text.empty() ? "\033[" + std::string(code) + "m" + text + "\033[0m" : text;
  }
  bool colour_;
};

}  // namespace stayalive
