// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>

#include "document/tree.h"
#include "study/suite/changes.h"
#include "study/suite/suite.h"

namespace stayalive {

// A suite as data, in the shape of docs/result.md.
Tree suite_tree(const Suite& suite, const std::optional<Changes>& changes);

}  // namespace stayalive
