// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <ostream>

#include "document/document.h"

namespace stayalive {

struct PrintOptions {
  // Columns of the terminal that are to be used; 0 when nothing is known of any.
  std::size_t width = 0;
  bool colour = false;
};

// Writes documents in one format, one after the other.  It knows documents, and nothing of the
// results they were made of.
class Printer {
 public:
  // Which part of a document it prints.  Blocks can be printed piece by piece, as documents of
  // their own; data is one document for everything.
  enum class Part : std::uint8_t { Blocks, Data };

  virtual ~Printer() = default;
  virtual Part part() const { return Part::Blocks; }
  virtual void print(const Document& document) = 0;
};

using MakePrinter = std::unique_ptr<Printer>(std::ostream& out, const PrintOptions& options);

}  // namespace stayalive
