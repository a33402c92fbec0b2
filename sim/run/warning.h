// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "scenario/scenario.h"
#include "scenario/text_place.h"

namespace stayalive {

struct ConnectionReport;

// Something in a scenario that is not wrong, but proves nothing or has no effect: whoever reads
// `holds` may take it for more than it is.
struct Warning {
  std::string text;  // a sentence without its full stop
  TextPlace place;
  // Of a margin that a late timer may use up: the name of the connection.
  std::string held_barely{};
};

// What of a scenario took part in a run.
struct Effects {
  std::vector<bool> events;           // by event: whether it changed anything
  std::vector<std::uint32_t> timers;  // by hop: bit by Timeout, those that ran for some flow
};

// What can be said without running it: hosts and timers that concern no connection, expectations
// that cannot fail, and runs that are shorter than every timer on the path.
std::vector<Warning> warnings_before_run(const Scenario& scenario);
// What a run of it has shown: timers and events without effect; connections that are alive although
// they were lost in between, where no other expectation says so; and those that are expected to
// live, and do by less than their timer may be late, where no expectation is about the closest
// call. reports: by connection.
std::vector<Warning> warnings_after_run(const Scenario& scenario,
                                        const std::vector<ConnectionReport>& reports,
                                        const Effects& effects);

}  // namespace stayalive
