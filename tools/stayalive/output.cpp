// SPDX-License-Identifier: Apache-2.0
#include "output.h"

#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <sstream>
#include <vector>

#include "command.h"
#include "descriptor.h"
#include "document/print/formats.h"
#include "document/print/safe_stream.h"
#include "document/safe_text.h"

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

// A descriptor behind the door that makes text safe.
struct SafeDescriptor {
  SafeDescriptor(int number, bool colour) : raw(number), safe(raw, colour), stream(&safe) {}
  Descriptor raw;
  SafeStream safe;
  std::ostream stream;
};

SafeDescriptor& standard_output() {
  static SafeDescriptor output(STDOUT_FILENO, colour_wanted());
  return output;
}

// Standard error, which several threads write to.
class Messages {
 public:
  void say(std::string_view lines) {
    const std::lock_guard lock(mutex_);
    clear();
    descriptor_.stream << lines << std::flush;
  }
  void say_raw(std::string_view lines) {
    const std::lock_guard lock(mutex_);
    clear();
    write(lines);
  }
  void draw(const std::string& line) {
    const std::lock_guard lock(mutex_);
    clear();
    if (line.empty()) return;
    write(line);
    drawn_ = true;
  }

 private:
  // The beginning of the line again, and nothing in it.
  void clear() {
    if (drawn_) write("\r\033[K");
    drawn_ = false;
  }
  void write(std::string_view bytes) {
    descriptor_.raw.sputn(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    descriptor_.raw.pubsync();
  }

  std::mutex mutex_;
  SafeDescriptor descriptor_{STDERR_FILENO, false};
  bool drawn_ = false;
};

Messages& messages() {
  static Messages all;
  return all;
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
    : out_(standard_output().stream),
      for_people_(options.format == formats().front().name),
      width_(options.width ? *options.width : terminal_width()),
      style_(colour_wanted()),
      printer_(make_printer(options.format, out_, {width_, colour_wanted()})) {}

void Output::print(const Document& document) {
  printer_->print(document);
  out_.flush();
}

void tell_build_service(const std::string& commands, bool on_output) {
  if (!on_output) return messages().say_raw(commands);
  SafeDescriptor& output = standard_output();
  output.stream.flush();
  output.raw.sputn(commands.data(), static_cast<std::streamsize>(commands.size()));
}

bool is_standard_output(const std::string& file) {
  struct stat written {};
  struct stat found {};
  return fstat(STDOUT_FILENO, &written) == 0 && stat(file.c_str(), &found) == 0 &&
         S_ISREG(written.st_mode) && written.st_dev == found.st_dev &&
         written.st_ino == found.st_ino;
}

int finish_output(int exit_code) {
  SafeDescriptor& output = standard_output();
  output.safe.finish();
  output.stream.flush();
  const int error = output.raw.error();
  if (error == 0) return exit_code;
  if (error == EPIPE) return 128 + SIGPIPE;
  say_error(std::string("standard output cannot be written: ") + std::strerror(error));
  return kWrongInput;
}

void say(std::string_view lines) { messages().say(lines); }
void say_error(std::string_view message) { say("error: " + safe_line(message) + "\n"); }
void say_note(std::string_view message) { say("note: " + safe_line(message) + "\n"); }
void say_written(std::string_view file) { say("wrote " + safe_line(file) + "\n"); }
void say_out_of_memory() noexcept {
  write_all(STDERR_FILENO, "error: there is not enough memory\n");
}
void draw_status(std::string_view line) { messages().draw(safe_line(line)); }
bool has_status() { return isatty(STDERR_FILENO) == 1; }

bool has_screen() {
  const char* kind = std::getenv("TERM");
  const bool knows_controls = kind != nullptr && *kind != '\0' && std::strcmp(kind, "dumb") != 0;
  return knows_controls && isatty(STDOUT_FILENO) == 1 && isatty(STDIN_FILENO) == 1;
}

std::string safe_for_screen(const std::string& lines) {
  std::stringbuf made;
  SafeStream safe(made, colour_wanted());
  safe.sputn(lines.data(), static_cast<std::streamsize>(lines.size()));
  safe.finish();
  return made.str();
}

void draw_on_screen(std::string_view bytes) {
  SafeDescriptor& output = standard_output();
  output.stream.flush();
  output.raw.sputn(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  output.raw.pubsync();
}

ScreenSize screen_size() {
  winsize size{};
  if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0 || size.ws_row == 0)
    return {};
  return {size.ws_col, size.ws_row};
}

}  // namespace stayalive
