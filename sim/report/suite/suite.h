// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>

#include "document/document.h"
#include "study/suite/changes.h"
#include "study/suite/suite.h"

namespace stayalive {

// A suite as a document: a line for each scenario, what was expected and found where they differ, a
// line that sums up, and what has changed since a baseline.  For programs it has a table with a row
// for each expectation, each mistake and each change.
Document describe_suite(const Suite& suite, const std::optional<Changes>& changes);

}  // namespace stayalive
