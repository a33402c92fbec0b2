// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "middlebox/flow/flow.h"
#include "middlebox/middlebox.h"

namespace stayalive {

// What the books are told about a flow to which something happens at `at`; `lease` is the one it
// lives by at that instant.
FlowNote note_of(FlowEvent event, TimePoint at, const Flow& flow, const Lease& lease);

}  // namespace stayalive
