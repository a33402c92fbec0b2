// SPDX-License-Identifier: Apache-2.0
#include "report/suite/annotations.h"

#include <cstdint>
#include <string_view>

#include "document/safe_text.h"
#include "picture/failure_reason.h"

namespace stayalive {
namespace {

// The characters that would end a message, or a property before it.
std::string percent_escaped(const std::string& raw, std::string_view special) {
  const std::string text = safe_lines(raw);
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string line;
  for (const char c : text) {
    if (special.find(c) == std::string_view::npos) {
      line += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      line += '%';
      line += kDigits[byte >> 4];
      line += kDigits[byte & 15];
    }
  }
  return line;
}
std::string annotation_text(const std::string& text) { return percent_escaped(text, "%\r\n"); }
std::string annotation_property(const std::string& text) {
  return percent_escaped(text, "%\r\n:,");
}

struct Place {
  std::string file;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

void write_line(std::ostream& out, const char* level, const Place& where, const std::string& title,
                const std::string& text) {
  out << "::" << level << " file=" << annotation_property(where.file);
  if (where.line > 0) out << ",line=" << where.line;
  if (where.line > 0 && where.column > 0) out << ",col=" << where.column;
  out << ",title=" << annotation_property(title) << "::" << annotation_text(text) << '\n';
}

std::string found_and_reason(const ExpectationReport& expectation) {
  const std::string reason = failure_reason(expectation);
  return "found: " + expectation.found + (reason.empty() ? "" : "\nbecause: " + reason);
}

std::string in_folder(const std::string& folder, const std::string& file) {
  return folder.empty() || file.starts_with('/') ? file : folder + "/" + file;
}

}  // namespace

void write_annotations(std::ostream& out, const Suite& suite, const std::string& folder) {
  for (const SuiteItem& item : suite.items) {
    for (const Diagnostic& error : item.errors) {
      Diagnostic bare = error;
      bare.file.clear();
      write_line(out, "error", {in_folder(folder, error.file), error.line, error.column},
                 "this cannot be run", to_string(bare));
    }
    if (!item.report) continue;
    for (const ExpectationReport& expectation : item.report->expectations) {
      if (expectation.holds) continue;
      write_line(out, "error", {in_folder(folder, item.file), expectation.line, expectation.column},
                 "not so: " + expectation.text, found_and_reason(expectation));
    }
    for (const Warning& warning : item.report->warnings) {
      write_line(out, "warning",
                 {in_folder(folder, item.file), warning.place.line, warning.place.column},
                 "this proves nothing or has no effect", warning.text);
    }
  }
}

}  // namespace stayalive
