// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "document/tree.h"
#include "run/report.h"

namespace stayalive {

// A run as data, in the shape of docs/result.md.
Tree run_tree(const RunReport& report);

}  // namespace stayalive
