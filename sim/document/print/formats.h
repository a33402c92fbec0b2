// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string_view>

#include "document/print/printer.h"

namespace stayalive {

struct Format {
  // As --format names it.
  std::string_view name;
  MakePrinter* make;
};

// Every format in which documents can be printed; the first is the one for people.
std::span<const Format> formats();

// A printer of this format, which must be one of formats().
std::unique_ptr<Printer> make_printer(std::string_view format, std::ostream& out,
                                      const PrintOptions& options);

}  // namespace stayalive
