// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>

#include "document/tree.h"
#include "run/report.h"

namespace stayalive {

// The closest call as a result has it; null where there is none.
Tree closest_call_tree(const std::optional<ClosestCall>& call);

}  // namespace stayalive
