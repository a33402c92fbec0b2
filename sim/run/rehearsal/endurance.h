// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>

#include "run/rehearsal/experiment.h"

namespace stayalive {

// How the client's line may fail without ending the connection: whenever in the cycle it begins to,
// and whatever its program draws.  A connection that is opened anew has ended.
struct Endurance {
  Duration outage{};       // the longest outage that it survives, in whole seconds
  bool endless = false;    // the longest that was tried, kLongestOutage, is survived, too
  std::uint64_t lost = 0;  // keepalives in a row that may be lost, of the end that keeps it alive
  // Whether it survives anything at all.
  bool any() const { return lost > 0 || outage > Duration::zero(); }
};
inline constexpr Duration kLongestOutage = 24h;

// The experiment's connection must live.
Endurance find_endurance(const Experiment& experiment);
// Whether so many keepalives in a row may be lost.
bool bears_lost(const Experiment& experiment, std::uint64_t keepalives);

// The first cut of the client's line that takes so many keepalives in a row, or lasts so long, and
// that the connection does not survive; empty where it survives all of them.  Of lost keepalives,
// every smaller number has to be survived, too.  The experiment's connection must live; keepalives:
// at least 1.
std::optional<CutTrial> first_deadly_loss(const Experiment& experiment, std::uint64_t keepalives);
std::optional<CutTrial> first_deadly_outage(const Experiment& experiment, Duration outage);

}  // namespace stayalive
