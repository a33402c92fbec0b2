// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>

#include "base/result.h"
#include "scenario/json/source_text.h"

namespace stayalive {

// Where in the grammar of JSON a reader stands, seen from the last thing it understood.
enum class SyntaxPlace : std::uint8_t {
  Beginning,
  ObjectOpened,
  ArrayOpened,
  AfterKey,
  AfterMember,  // of an object
  AfterItem,    // of an array
  End,          // the document is complete
};

// Explains a mistake in the syntax to a person.  understood: where the last thing that was
// understood ends.  reached: how many bytes were read until the reader gave up.
Diagnostic explain_syntax(const SourceText& source, SyntaxPlace place, std::size_t understood,
                          std::size_t reached);

}  // namespace stayalive
