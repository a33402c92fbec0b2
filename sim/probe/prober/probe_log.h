// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"
#include "probe/prober/prober.h"

namespace stayalive {

// What a probe has found as lines of text, so that another may go on where it ended: a head with
// the reflector, and a line for each silence that was tried and each question that was answered.
std::string print_probe_log(const Prober& prober, std::string_view reflector);

// Tells a probe that has not begun what such a text says.  Every mistake is named with its line; a
// text about another reflector, or of another version, is one.  What the probe is not to measure is
// passed over.
std::vector<Diagnostic> read_probe_log(std::string_view text, const std::string& file,
                                       std::string_view reflector, Prober& prober);

}  // namespace stayalive
