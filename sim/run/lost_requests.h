// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <vector>

#include "app/ledger.h"
#include "run/report.h"
#include "scenario/scenario.h"

namespace stayalive {

// The lost requests of a connection with the names of the hops.  hop_nodes: by hop of the path.
std::vector<LostRequestReport> lost_requests_of(const Ledger& ledger, std::size_t connection,
                                                const Scenario& scenario,
                                                std::span<const NodeId> hop_nodes);

}  // namespace stayalive
