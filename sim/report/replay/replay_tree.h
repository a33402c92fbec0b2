// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "document/tree.h"
#include "report/replay/replay.h"

namespace stayalive {

// All that is known of a replay.
Tree replay_tree(const ReplayStory& story);

}  // namespace stayalive
