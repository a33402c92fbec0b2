// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>

#include "document/tree.h"
#include "run/report.h"

namespace stayalive {

// A run as data, in the shape of docs/result.md.
Tree run_tree(const RunReport& report);
// Whether every expectation of all holds: nothing where one ended early and none has failed.
Tree holds_tree(std::span<const RunReport> reports);

}  // namespace stayalive
