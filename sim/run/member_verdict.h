// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>

#include "run/report.h"
#include "run/roster.h"
#include "run/world.h"

namespace stayalive {

// Judges each member of a population by itself after the run and sums the verdicts up.  The world
// is that of the roster's scenario; connection: position of one that has members there.
//
// A member counts by the worse of its two sides.  It is forgotten while either side is, and the
// first of the two tells by whom.  Where a box has not let it begin it is refused, not forgotten.
ConnectionReport judge_members(const Roster& roster, const World& world, std::size_t connection);

}  // namespace stayalive
