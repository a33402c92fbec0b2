// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <vector>

#include "base/result.h"
#include "scenario/scenario.h"

namespace stayalive {

// What a run will take, as far as its scenario says so before it has begun.
struct RunEstimate {
  // At most about so many: messages, keepalives and beginnings, from station to station.  What a
  // program does of itself, and what TCP repeats, is not in it.  UINT64_MAX: that or more.
  std::uint64_t events = 0;
  // Bytes that it holds from its beginning on; what waits on lines comes to it.
  std::uint64_t memory = 0;
  // Whether every event has to be run, because random numbers are drawn for each packet.
  bool runs_all = false;
};
RunEstimate estimate_of(const Scenario& scenario);

// Why a run should not begin: it takes more memory than it may from the beginning, or not even a
// tenth of it could be run.  Empty where it may.
std::vector<Diagnostic> refuse_hopeless(const Scenario& scenario);

}  // namespace stayalive
