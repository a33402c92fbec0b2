// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "document/tree.h"
#include "run/report.h"

namespace stayalive {

// What became of a connection whose client had several side by side, and of each place of it.
Tree session_tree(const SessionReport& session);

}  // namespace stayalive
