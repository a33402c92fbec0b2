// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "document/tree.h"
#include "study/advise/advise.h"

namespace stayalive {

// Advice as data, in the shape of docs/result.md.
Tree advice_tree(const Advice& advice);

}  // namespace stayalive
