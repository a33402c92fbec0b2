// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "study/sweep/sweep.h"

namespace stayalive {

// A sweep of these axes as a test draws it, point by point: 'h' (the connection c holds), '-' (the
// box forgets it after 2m30s) or '?' (not done).
inline Sweep sweep_grid(const std::vector<std::string>& axes, const std::string& points) {
  Sweep sweep;
  for (const std::string& axis : axes) sweep.axes.push_back(parse_axis(axis).value());
  for (const char point : points) {
    sweep.points.push_back({1, point != '?', {}});
    if (point == '?') continue;
    const bool holds = point == 'h';
    Tally tally;
    tally.name = "c";
    tally.strategy = "ssh";
    tally.runs = 1;
    tally.held = holds ? 1 : 0;
    tally.cost.time = 1h;
    tally.longest_run = 1h;
    for (auto& outcomes : tally.outcomes) {
      outcomes[static_cast<std::size_t>(holds ? Outcome::Alive : Outcome::Forgotten)] = 1;
    }
    if (!holds) {
      tally.died.add(150s);
      tally.blackhole.add(3450s);
      tally.unaware = {1, 1};
      tally.blame.kind = FaultKind::Flow;
      tally.blame.who = "box";
      tally.blame.timer = "tcp.established";
      tally.blame.timeout = 150s;
    }
    sweep.points.back().connections.push_back(tally);
  }
  return sweep;
}

}  // namespace stayalive
