// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ostream>

#include "study/sweep/sweep.h"

namespace stayalive {

// Writes a sweep as CSV (RFC 4180), in the shape of docs/result.md: a row for each connection of
// each point that is done, in the order of the points.
void write_sweep_csv(std::ostream& out, const Sweep& sweep);

}  // namespace stayalive
