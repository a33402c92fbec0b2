// SPDX-License-Identifier: Apache-2.0
#include "command.h"

#include <algorithm>
#include <filesystem>

#include "base/text.h"
#include "document/excerpt.h"
#include "document/safe_text.h"
#include "document/utf8.h"
#include "document/width.h"
#include "output.h"
#include "scenario/text_file.h"

namespace stayalive {
namespace {

// The lines of the file that was asked for last, which is read once for all of its mistakes.
class SourceLines {
 public:
  // Without its end; empty when there is none, or when nobody would read it, being so long.
  std::string line_of(const std::string& file, std::uint32_t number) {
    constexpr std::size_t kLongest = 4096;
    if (file != file_) read(file);
    if (number > starts_.size()) return "";
    const std::size_t begin = starts_[number - 1];
    const std::size_t end = std::min(text_.find('\n', begin), text_.size());
    return end - begin <= kLongest ? text_.substr(begin, end - begin) : "";
  }

 private:
  void read(const std::string& file) {
    file_ = file;
    text_.clear();
    starts_.clear();
    // A pipe was read once, and may have nobody any more who writes to it.
    std::error_code code;
    if (!std::filesystem::is_regular_file(file, code)) return;
    const Result<std::string> text = read_text_file(file);
    if (!text.ok()) return;
    text_ = text.value();
    starts_.push_back(0);
    for (std::size_t at = text_.find('\n'); at != std::string::npos;
         at = text_.find('\n', at + 1)) {
      starts_.push_back(at + 1);
    }
  }

  std::string file_;
  std::string text_;
  std::vector<std::size_t> starts_;
};

// As many characters of a line as stand before a column of a mistake.
std::string_view first_characters(std::string_view line, std::size_t count) {
  std::size_t bytes = 0;
  for (; count > 0 && bytes < line.size(); --count) bytes += decode_utf8(line.substr(bytes)).bytes;
  return line.substr(0, bytes);
}

}  // namespace

void add_profile_paths(CLI::App& command, ParseOptions& options) {
  command
      .add_option(
          "--profiles", options.profile_paths,
          "Profile files, or folders of them, that win over the built-in profiles of the same name")
      ->type_name("PATH");
  command.add_flag("--outside-files", options.outside_files,
                   "Let scenarios name profile files outside of their own folder");
}

void add_seed(CLI::App& command, std::optional<std::uint64_t>& seed) {
  // The parser of the option alone would make a large number of -1.
  const auto whole = [](const std::string& text) -> std::string {
    constexpr std::string_view kLargest = "9223372036854775807";
    const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
    const bool fits =
        text.size() < kLargest.size() || (text.size() == kLargest.size() && text <= kLargest);
    return digits && fits ? "" : text + " is not a whole number from 0 to " + std::string(kLargest);
  };
  command.add_option("--seed", seed, "Seed of the random numbers, instead of the scenario's own")
      ->check(whole);
}

void add_strict(CLI::App& command, bool& strict) {
  command.add_flag(
      "--strict", strict,
      "Exit with 2 when there is a warning: something proves nothing or has no effect");
}

void add_jobs(CLI::App& command, unsigned& jobs) {
  command
      .add_option("--jobs", jobs,
                  "Runs at once; the result is the same; as many as there are processors with 0")
      ->check(CLI::Range(0U, 1024U))
      ->capture_default_str();
}

void add_time_limit(CLI::App& command, std::optional<Duration>& limit) {
  const auto read = [&limit](const std::string& text) {
    limit = parse_duration(text);
    if (!limit || *limit <= Duration::zero())
      throw CLI::ValidationError("--time-limit", text + " is not a span such as 10s");
  };
  command
      .add_option_function<std::string>(
          "--time-limit", read, "Stop after so much real time and show what is known by then")
      ->type_name("SPAN");
}

// Below it no run could begin, whatever it is.
constexpr std::uint64_t kLeastMemory = std::uint64_t{1} << 20;

void add_run_limits(CLI::App& command, ParseOptions& options) {
  command
      .add_option("--max-events", options.limits.events,
                  "End a run after so many events; those that are passed over because everything "
                  "repeats itself do not count")
      ->check(CLI::Range(std::uint64_t{1}, UINT64_MAX >> 1))
      ->type_name("N")
      ->capture_default_str();
  const auto read = [&options](const std::string& text) {
    const std::optional<std::uint64_t> bytes = parse_size(text);
    if (!bytes || *bytes < kLeastMemory) {
      throw CLI::ValidationError(
          "--max-memory",
          text + " is not a size of " + print_size(kLeastMemory) + " or more, such as 512MiB");
    }
    options.limits.memory = *bytes;
  };
  command
      .add_option_function<std::string>("--max-memory", read,
                                        "End a run that holds more than about so many bytes [" +
                                            print_size(options.limits.memory) + "]")
      ->type_name("SIZE");
}

void print_errors(const std::vector<Diagnostic>& errors) {
  // With the indentation as wide as a usual terminal.
  constexpr std::size_t kWidest = 76;
  // So that a thousand mistakes in a single line do not take long.
  constexpr std::size_t kLongest = std::size_t{64} << 10;
  SourceLines source;
  for (const Diagnostic& error : errors) {
    say_error(to_string(error));
    const bool shown = error.line > 0 && error.quotable;
    const std::string line = shown ? source.line_of(error.file, error.line) : "";
    if (line.empty() || line.size() > kLongest || error.column == 0) continue;
    const std::string before = safe_line(first_characters(line, error.column - 1));
    const Excerpt excerpt =
        excerpt_around(safe_line(line), characters_of(before).size() + 1, kWidest);
    say("    " + excerpt.line + "\n    " + excerpt.mark + "\n");
  }
}

}  // namespace stayalive
