// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "base/time.h"

// How it is said that something did not happen while it was watched.  A run that ends cannot show
// that it would not have happened later, so what is printed about one has no other words for it.
namespace stayalive {

// "not by 1h": until the instant at which the run ended.
std::string not_by(TimePoint end);
// The same at the end of a sentence that says "not": "by 1h, the end of the run".
std::string by_the_end(TimePoint end);
// "not within 4h": so long after what was done.
std::string not_within(Duration span);

}  // namespace stayalive
