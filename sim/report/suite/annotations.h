// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ostream>
#include <string>

#include "study/suite/suite.h"

namespace stayalive {

// Writes a line for each failed expectation and each mistake that GitHub Actions shows beside the
// line of the file it is about: a workflow command "::error file=...,line=...::message".
// folder: what file names that are not absolute are relative to, as seen from the root of the
// repository; empty when it is the root itself.
void write_annotations(std::ostream& out, const Suite& suite, const std::string& folder);

}  // namespace stayalive
