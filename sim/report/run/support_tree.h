// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "document/tree.h"
#include "run/report.h"

namespace stayalive {

// A value of a box on which a verdict rests, as data.
Tree support_tree(const Support& support);

}  // namespace stayalive
