// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <string>

#include "run/report.h"
#include "scenario/profiles/value_status.h"
#include "scenario/scenario.h"

namespace stayalive {

// Why a connection did not hold, and how sure the value is that decided it.
struct Constraint {
  Blame blame;                        // kind None when no box, line or host is to blame
  std::string words;                  // what the program that ended it said; empty: nothing
  std::string who;                    // whose words: "client" or "server"
  std::string refusal;                // the program does not take the interval at all: why
  std::string profile;                // of the box to blame
  std::optional<ValueStatus> status;  // of the box's timer
  std::string source;                 // title and address of what was read
  // Two failures with the same key are of one cause.
  std::string key() const;
};

// report: of a run of the scenario in which the connection did not hold.
Constraint find_constraint(const Scenario& scenario, const ConnectionReport& report);

}  // namespace stayalive
