// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "app/judge/judge.h"
#include "app/ledger.h"
#include "run/report.h"
#include "scenario/scenario.h"

namespace stayalive {

// What the judge's attribution says in the names of the scenario.
Blame blame_of(const Attribution& attribution, const Scenario& scenario);

// Where a side has lost its connection and nobody is to blame: the line whose full queue has
// dropped a packet of it since the side last heard anything.
void blame_queue(ConnectionReport& report, const ConnectionRecord& record);

// Where the client of a connection, or of members of many, has lost it or never had it and nobody
// on the way is to blame: the server that serves several and had no room.  It has an admission.
// heard_at: when its client last received anything.
void blame_server(ConnectionReport& report, TimePoint heard_at);

}  // namespace stayalive
