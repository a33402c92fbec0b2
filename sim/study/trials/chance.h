// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "scenario/scenario.h"

namespace stayalive {

// Whether what becomes of the connections depends on the seed: lines lose packets at random or have
// jitter, or a strategy draws random numbers.  Which port a NAT picks at random changes names only
// and does not count.
bool depends_on_chance(const Scenario& scenario);
// Whether lines do: a program that draws random numbers does not count.
bool has_chance_on_lines(const Scenario& scenario);

}  // namespace stayalive
