// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "run/claim.h"

namespace stayalive {

// Whether it is about how a connection came into a server that serves several.
constexpr bool is_of_server(Metric metric) {
  return metric >= Metric::Accepted && metric <= Metric::MostWaiting;
}
// As check_claim(), of such a claim.
ClaimReport check_server_claim(const Claim& claim, const ConnectionReport& connection);

}  // namespace stayalive
