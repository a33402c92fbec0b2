// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "document/tree.h"
#include "run/report.h"

namespace stayalive {

// What became of a flow, in the words of docs/result.md.
const char* flow_event_name(FlowEvent event);
// Who is to blame, in the shape of docs/result.md; nothing when nobody is.
Tree blame_tree(const Blame& blame);

}  // namespace stayalive
