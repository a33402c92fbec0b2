// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <ostream>

#include "study/suite/changes.h"
#include "study/suite/suite.h"

namespace stayalive {

// Writes a suite as one JSON document, in the shape of docs/result.md; a later `test --against` can
// read it.  changes: what has changed since a baseline, where there is one.
void write_suite_json(std::ostream& out, const Suite& suite, const std::optional<Changes>& changes);

}  // namespace stayalive
