// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <array>
#include <vector>

#include "run/report.h"
#include "run/world.h"

namespace stayalive {

// A span of time in which something stood between the two ends of a connection.
struct Fault {
  Blame blame;
  TimePoint from;
  TimePoint until = kNever;
  std::array<bool, 2> concerns{true, true};  // by Role
  bool forgets = true;  // somebody's state is gone; false: the way was merely closed
  bool transient =
      false;  // ordinary while a close or a new port is on its way; counts only when it lasts
  bool decided = false;  // done on purpose by the one to blame, even where it passes in a moment
};

// Where one side of a connection stands, from an instant on.
struct Standing {
  enum class Kind : std::uint8_t { Absent, Opening, Open, Pausing, Ended };
  TimePoint at;
  Kind kind = Kind::Absent;
  const SideEvent* event = nullptr;
};

// What the ledger of a connection tells once it is put in order.
struct ConnectionHistory {
  std::vector<Fault> faults;  // in order of their beginning
  std::vector<Fault> lapses;  // instants at which a box ended its flow, even if it began another
  std::array<std::vector<Standing>, 2> standing;  // by Role, in order of time
  std::vector<TimePoint>
      remapped;  // alternately: from here on under another endpoint, and again not
};

// Reads the ledger of one connection after the run.
ConnectionHistory trace_history(const Scenario& scenario, const World& world,
                                std::size_t connection);

}  // namespace stayalive
