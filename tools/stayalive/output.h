// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <CLI/CLI.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <ostream>
#include <string>
#include <string_view>

#include "document/print/printer.h"
#include "document/style.h"

// Everything that the program prints goes through here, and nothing that a file says reaches a
// terminal or a log of a build service raw (document/print/safe_stream.h).
namespace stayalive {

// How a command prints what it has found.
struct OutputOptions {
  std::string format = "text";
  std::optional<std::size_t> width;
};
// Adds --format with every format there is.
void add_format(CLI::App& command, OutputOptions& options);
// Adds --width.
void add_width(CLI::App& command, OutputOptions& options);

// Standard output.
//
//   Output output(arguments.output);
//   output.print(describe_sweep(sweep));
class Output {
 public:
  explicit Output(const OutputOptions& options = {});

  // Whether it is for people, and documents can be printed piece by piece.
  bool for_people() const { return for_people_; }
  bool takes_pieces() const { return printer_->part() == Printer::Part::Blocks; }
  // At once, not when the program ends.
  void print(const Document& document);

  // Of what is no document, such as drawings: where it goes, in which colours, and how many columns
  // there are; 0 where that is not known.
  std::ostream& stream() { return out_; }
  const Style& style() const { return style_; }
  std::size_t width() const { return width_; }

 private:
  std::ostream& out_;
  bool for_people_;
  std::size_t width_;
  Style style_;
  std::unique_ptr<Printer> printer_;
};

// Commands to a build service, which are whole and safe lines: on standard output, or on standard
// error where that is a document.
void tell_build_service(const std::string& commands, bool on_output);

// Whether a file is what standard output goes to: the shell has just made it, empty, and maybe in a
// folder that is searched.
bool is_standard_output(const std::string& file);

// Writes what is still waiting.  Returns the exit code: the one given, kWrongInput, and everything
// said, where standard output could not be written, and as if SIGPIPE had ended the program where
// nobody reads it any more.
int finish_output(int exit_code);

// On standard error: lines as they are, each ended; and a mistake or a note in one line.  May be
// called by several threads.
void say(std::string_view lines);
void say_error(std::string_view message);
void say_note(std::string_view message);
// That a file was written.
void say_written(std::string_view file);
// Without any memory.
void say_out_of_memory() noexcept;
// On a terminal: draws a line over the one that was drawn before.  An empty one takes it away, and
// so does whatever is said.
void draw_status(std::string_view line);
// Whether standard error is a terminal.
bool has_status();

// Whether there is a screen to draw on and a keyboard to ask: standard output and standard input
// are a terminal that knows control sequences.
bool has_screen();
// Lines for a screen, made safe, with the colours of Style where they are wanted.
std::string safe_for_screen(const std::string& lines);
// To the screen as it is: control sequences of this program, and what safe_for_screen() has made.
void draw_on_screen(std::string_view bytes);
// Columns and lines of the screen.
struct ScreenSize {
  std::size_t columns = 80;
  std::size_t lines = 24;
};
ScreenSize screen_size();

}  // namespace stayalive
