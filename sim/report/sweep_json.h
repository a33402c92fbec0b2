// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ostream>

#include "study/sweep/sweep.h"

namespace stayalive {

// Writes a sweep as one JSON document, in the shape of docs/result.md.  The same sweep gives the
// same bytes on every machine.
void write_sweep_json(std::ostream& out, const Sweep& sweep);

}  // namespace stayalive
