// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "document/tree.h"
#include "picture/ladder/ladder.h"

namespace stayalive {

// A ladder as data: its columns, the lines between them, the rows with each station's state and
// what is left of its timer, in thousandths; instants in seconds.
Tree ladder_tree(const Ladder& ladder);

}  // namespace stayalive
