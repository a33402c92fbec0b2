// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "base/check.h"
#include "base/result.h"

namespace stayalive {

// What every list of mistakes about a text promises: it is no longer than the journal keeps, and
// each of its entries says something.
inline void check_mistakes(const std::vector<Diagnostic>& mistakes) {
  CHECK(!mistakes.empty(), "what cannot be read has a mistake");
  CHECK(mistakes.size() <= 1001, "mistakes beyond the first thousand are counted");
  std::size_t bytes = 0;
  for (const Diagnostic& mistake : mistakes) {
    CHECK(!mistake.message.empty(), "a mistake is told in words");
    bytes += to_string(mistake).size();
  }
  CHECK(bytes <= std::size_t{4} << 20, "and all of them are not endless");
}

// The same of a text with lines: each mistake has its place.
inline void check_placed_mistakes(const std::vector<Diagnostic>& mistakes) {
  check_mistakes(mistakes);
  for (const Diagnostic& mistake : mistakes)
    CHECK(mistake.line > 0 && mistake.column > 0, "a mistake in a text has a place");
}

}  // namespace stayalive
