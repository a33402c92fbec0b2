// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "document/document.h"
#include "study/sweep/sweep.h"

namespace stayalive {

// A sweep as a document: a row for each point and connection, with a line where a connection ceases
// to hold, and below the table what that means along each axis.  Points that are not done are left
// out and counted.  with_expectations: in the text, too, what the scenario expects and where it
// does not come true.
Document describe_sweep(const Sweep& sweep, bool with_expectations = false);

}  // namespace stayalive
