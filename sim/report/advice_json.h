// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ostream>

#include "study/advise/advise.h"

namespace stayalive {

// Advice for programs; docs/result.md tells its shape.
void write_advice_json(std::ostream& out, const Advice& advice);

}  // namespace stayalive
