// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ostream>

#include "study/suite/suite.h"

namespace stayalive {

// Writes a suite as JUnit XML, as the readers of Jenkins, GitLab and GitHub's actions understand
// it: a testsuite for each scenario, a testcase for each expectation.  A scenario that cannot be
// run is a testcase with an error, one without expectations a skipped testcase.  No two testcases
// have the same name in the same class, because GitLab would show only one of them.  Any text gives
// well-formed XML.
void write_junit(std::ostream& out, const Suite& suite);

}  // namespace stayalive
