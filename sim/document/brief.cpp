// SPDX-License-Identifier: Apache-2.0
#include "document/brief.h"

#include "base/text.h"

namespace stayalive {

std::string brief(Duration span) {
  using std::chrono::milliseconds;
  if (span == kForever) return print_duration(span);
  if (span >= 1h) return print_duration(std::chrono::round<std::chrono::seconds>(span));
  const milliseconds unit = span >= 1min ? 100ms : span >= 1s ? 10ms : 1ms;
  const auto units = (std::chrono::round<milliseconds>(span) + unit / 2) / unit;
  return print_duration(units * unit);
}

}  // namespace stayalive
