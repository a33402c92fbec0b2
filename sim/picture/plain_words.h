// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "run/report.h"

namespace stayalive {

// For whom a drawing is: exact words name the timers of boxes and the settings of products, plain
// ones say how long a silence may last.
enum class Wording : std::uint8_t { Exact, Plain };

// The same for who knows no timers: which timer it was, which setting sets it, why it was that one
// and how sure its value is are left out.  All texts say less of it then.
Blame in_plain_words(Blame blame);
RunReport in_plain_words(RunReport report);
// The report as this wording has it.
RunReport in_words(const RunReport& report, Wording wording);

}  // namespace stayalive
