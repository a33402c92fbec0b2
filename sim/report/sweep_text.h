// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ostream>

#include "document/table.h"
#include "study/sweep/sweep.h"

namespace stayalive {

// Writes a sweep for people: a row for each point and connection, with a line where a connection
// ceases to hold, and below the table what that means along each axis.  Points that are not done
// are left out and counted.
void write_sweep_text(std::ostream& out, const Sweep& sweep, const Style& style);

}  // namespace stayalive
