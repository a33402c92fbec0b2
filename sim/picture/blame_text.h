// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "run/report.h"

namespace stayalive {

// Who is to blame, in a few words for a table: "home-router: tcp.established 5m"; empty when nobody
// is.
std::string short_blame(const Blame& blame);
// The same as a sentence that says when it was and how it came about.
std::string blame_sentence(const Blame& blame);

}  // namespace stayalive
