// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>
#include <ostream>
#include <string>

#include "study/suite/changes.h"
#include "study/suite/suite.h"

namespace stayalive {

// Writes a suite as CSV (RFC 4180), a row for each expectation, each mistake and each change, in
// the shape of docs/result.md.
void write_suite_csv(std::ostream& out, const Suite& suite, const std::optional<Changes>& changes);

}  // namespace stayalive
