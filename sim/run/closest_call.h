// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>

#include "middlebox/close_call.h"
#include "run/report.h"
#include "scenario/scenario.h"

namespace stayalive {

// The call that the box at this hop of the path noted for this connection, in the names of the
// scenario.
ClosestCall closest_call_of(const CloseCall& call, std::size_t hop, const Scenario& scenario,
                            std::size_t connection);

}  // namespace stayalive
