// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <string_view>

#include "tidy/rules.h"

namespace stayalive::tidy {
namespace {

constexpr std::size_t kColumns = 100;
constexpr std::size_t kFunctionLines = 70;
constexpr std::size_t kFileLines = 500;
constexpr std::string_view kLicence = "SPDX-License-Identifier: Apache-2.0";

std::string trimmed(const std::string& text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// Columns as a reader counts them: bytes that continue a UTF-8 character take no room.
std::size_t columns(const std::string& line) {
  return static_cast<std::size_t>(
      std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xc0) != 0x80; }));
}

// What opens a block without being a function.
bool opens_something_else(const std::string& head) {
  constexpr std::array<std::string_view, 13> kWords{
      "namespace", "class", "struct", "enum",   "union",  "if",  "else",
      "for",       "while", "do",     "switch", "extern", "case"};
  for (const std::string_view word : kWords) {
    if (head.starts_with(word) &&
        (head.size() == word.size() || head[word.size()] == ' ' || head[word.size()] == '(')) {
      return true;
    }
  }
  return head.starts_with('}') || head.find('(') == std::string::npos ||
         head.find(" = ") != std::string::npos;
}

// Where the declaration begins whose block opens at the end of line `open`, in formatted code:
// after the last line above it that ends something.
std::size_t first_line_of_head(const std::vector<std::string>& code, std::size_t open) {
  std::size_t first = open;
  while (first > 0) {
    const std::string above = trimmed(code[first - 1]);
    if (above.empty() || above.front() == '#') break;
    if (above.back() == ';' || above.back() == '}' || above.back() == '{' || above.back() == ':') {
      break;
    }
    --first;
  }
  return first;
}

// The line of the brace that closes the one at the end of line `open`.
std::size_t closing_line(const std::vector<std::string>& code, std::size_t open) {
  std::size_t depth = 1;
  for (std::size_t i = open + 1; i < code.size(); ++i) {
    for (const char c : code[i]) {
      if (c == '{') ++depth;
      if (c == '}' && --depth == 0) return i;
    }
  }
  return code.size() - 1;
}

void check_functions(const SourceFile& file, std::vector<Breach>& breaches) {
  for (std::size_t open = 0; open < file.code.size(); ++open) {
    const std::string line = trimmed(file.code[open]);
    if (line.empty() || line.back() != '{') continue;
    const std::size_t head = first_line_of_head(file.code, open);
    if (opens_something_else(trimmed(file.code[head]))) continue;
    const std::size_t length = closing_line(file.code, open) - head + 1;
    if (length <= kFunctionLines) continue;
    breaches.push_back({file.path, head + 1,
                        "a function has at most " + std::to_string(kFunctionLines) +
                            " lines; this one has " + std::to_string(length)});
  }
}

}  // namespace

std::vector<Breach> file_openings(const Files& files) {
  std::vector<Breach> breaches;
  for (const SourceFile& file : files) {
    const auto line = [&file](std::size_t i) {
      return i < file.lines.size() ? file.lines[i] : std::string();
    };
    const bool script = line(0).starts_with("#!");
    const bool cmake = file.ends_with("CMakeLists.txt") || file.ends_with(".cmake");
    std::string wanted;
    if (file.is_cpp()) wanted = "// " + std::string(kLicence);
    if (script || cmake) wanted = "# " + std::string(kLicence);
    if (!wanted.empty() && line(script ? 1 : 0) != wanted) {
      breaches.push_back({file.path, script ? 2u : 1u, "a file begins with \"" + wanted + "\""});
    }
    if (file.ends_with(".h") && line(1) != "#pragma once") {
      breaches.push_back({file.path, 2, "a header has #pragma once in its second line"});
    }
  }
  return breaches;
}

std::vector<Breach> sizes(const Files& files) {
  std::vector<Breach> breaches;
  for (const SourceFile& file : files) {
    if (!file.is_cpp()) continue;
    if (file.lines.size() > kFileLines) {
      breaches.push_back({file.path, file.lines.size(),
                          "a file has at most " + std::to_string(kFileLines) + " lines"});
    }
    for (std::size_t i = 0; i < file.lines.size(); ++i) {
      if (columns(file.lines[i]) > kColumns) {
        breaches.push_back(
            {file.path, i + 1, "a line has at most " + std::to_string(kColumns) + " columns"});
      }
    }
    check_functions(file, breaches);
  }
  return breaches;
}

}  // namespace stayalive::tidy
