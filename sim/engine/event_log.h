// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

namespace stayalive {

// An event as the digest takes it: what does not move, and what does.
struct LoggedEvent {
  std::uint64_t what = 0;
  std::uint64_t instant = 0;
  std::uint32_t sequence = 0;
};
using EventLog = std::vector<LoggedEvent>;

}  // namespace stayalive
