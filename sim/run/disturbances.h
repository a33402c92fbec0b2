// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <vector>

#include "app/judge/judge.h"
#include "scenario/scenario.h"

namespace stayalive {

// What the scenario's events do to one connection beyond what boxes and programs notice: lines that
// are cut, and its hosts.  In order of time.
std::vector<Judge::Disturbance> disturbances_of(const Scenario& scenario, std::size_t connection);

}  // namespace stayalive
