// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <vector>

#include "run/faults.h"
#include "run/report.h"
#include "run/world.h"

namespace stayalive {

// A span in which a side was forgotten, and whose doing it was.
struct Lapse {
  TimePoint from;
  TimePoint until;
  Blame blame;
};

// Judges one connection after the run: outcomes, instants, blame and counters of both sides.  Pure:
// the same world gives the same report.  One that has left is judged by what it was then.  lapses:
// receives those of each side, by Role, in order of time; may be nullptr.
ConnectionReport judge(const Scenario& scenario, const World& world, std::size_t connection,
                       std::array<std::vector<Lapse>, 2>* lapses = nullptr);

}  // namespace stayalive
