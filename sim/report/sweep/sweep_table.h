// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "document/table.h"
#include "study/sweep/sweep.h"

namespace stayalive {

// A row for each connection of each finished point.  For programs the points follow one another,
// for people the connections, so that neighbours along the last axis are neighbours in the table.
// The sweep has to outlive the table.
Table sweep_table(const Sweep& sweep);

}  // namespace stayalive
