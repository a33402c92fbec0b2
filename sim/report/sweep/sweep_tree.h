// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "document/tree.h"
#include "study/sweep/sweep.h"

namespace stayalive {

// A sweep as data, in the shape of docs/result.md.
Tree sweep_tree(const Sweep& sweep);

}  // namespace stayalive
