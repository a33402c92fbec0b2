// SPDX-License-Identifier: Apache-2.0
#include "output.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <charconv>
#include <cstdlib>
#include <iostream>
#include <string_view>
#include <vector>

#include "document/print/formats.h"

namespace stayalive {
namespace {

// Of a terminal that does not say how wide it is.
constexpr std::size_t kUsualWidth = 80;

// Whether standard output is a terminal whose user has not asked for plain text
// (https://no-color.org).
bool colour_wanted() {
  const char* refused = std::getenv("NO_COLOR");
  return isatty(STDOUT_FILENO) == 1 && (refused == nullptr || *refused == '\0');
}

// 0 where standard output is no terminal: what reads a file or a pipe wants whole lines.
std::size_t terminal_width() {
  if (isatty(STDOUT_FILENO) != 1) return 0;
  const char* text = std::getenv("COLUMNS");
  const std::string_view columns = text == nullptr ? "" : text;
  std::size_t width = 0;
  const auto [end, error] = std::from_chars(columns.begin(), columns.end(), width);
  if (error == std::errc() && end == columns.end() && width > 0) return width;
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return kUsualWidth;
}

}  // namespace

void add_format(CLI::App& command, OutputOptions& options) {
  std::vector<std::string> words;
  std::string choices;
  for (const Format& format : formats()) {
    if (!words.empty()) choices += words.size() + 1 == formats().size() ? " or " : ", ";
    words.emplace_back(format.name);
    choices += words.back();
  }
  options.format = words.front();
  command.add_option("--format", options.format, choices + " (docs/result.md)")
      ->check(CLI::IsMember(words))
      ->capture_default_str();
}

void add_width(CLI::App& command, OutputOptions& options) {
  command
      .add_option("--width", options.width,
                  "Columns that text may take: less important ones are left out, sentences broken; "
                  "those of the terminal when missing, and as many as it needs where there is none")
      ->check(CLI::Range(std::size_t{40}, std::size_t{1000}));
}

Output::Output(const OutputOptions& options)
    : out_(std::cout),
      for_people_(options.format == formats().front().name),
      width_(options.width ? *options.width : terminal_width()),
      style_(colour_wanted()),
      printer_(make_printer(options.format, out_, {width_, colour_wanted()})) {}

void Output::print(const Document& document) {
  printer_->print(document);
  out_.flush();
}

}  // namespace stayalive
