// SPDX-License-Identifier: Apache-2.0
#include "document/value.h"

namespace stayalive {

Value text_or_nothing(std::string_view text) { return text.empty() ? Value() : Value(text); }

double seconds(Duration span) {
  // Milliseconds of all spans that can be simulated fit into 53 bits, nanoseconds do not.
  if (span % 1ms == Duration::zero()) return static_cast<double>(span / 1ms) / 1e3;
  return static_cast<double>(span.count()) / 1e9;
}

double seconds(TimePoint at) { return seconds(at.time_since_epoch()); }

}  // namespace stayalive
