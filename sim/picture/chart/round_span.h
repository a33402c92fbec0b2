// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "base/time.h"

namespace stayalive {

// The shortest round span of which so many at most fit into `whole`: seconds, minutes, hours and
// days as people count them.  whole: above zero; most: at least 1.
Duration round_span(Duration whole, std::int64_t most);

}  // namespace stayalive
