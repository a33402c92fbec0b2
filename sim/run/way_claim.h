// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "run/claim.h"

namespace stayalive {

// Whether it is about the alternatives on the path of a connection.
constexpr bool is_of_ways(Metric metric) {
  return metric >= Metric::Failover && metric <= Metric::FalseAlarms;
}
// As check_claim(), of such a claim.  A span that there was none of fails an upper limit, too: what
// was to be measured has not happened.
ClaimReport check_way_claim(const Claim& claim, const ConnectionReport& connection);

}  // namespace stayalive
