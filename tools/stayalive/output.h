// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <CLI/CLI.hpp>
#include <cstddef>
#include <memory>
#include <optional>
#include <ostream>
#include <string>

#include "document/print/printer.h"
#include "document/style.h"

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

// Standard output: everything that commands print there goes through one of these.
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

}  // namespace stayalive
