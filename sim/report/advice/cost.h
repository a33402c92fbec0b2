// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "document/tree.h"
#include "study/trials/tally.h"

namespace stayalive {

// What a connection costs its client in a day, in the shape of docs/result.md.
Tree cost_tree(const Cost& cost);

}  // namespace stayalive
