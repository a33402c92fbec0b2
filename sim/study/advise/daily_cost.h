// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <stop_token>

#include "scenario/scenario.h"
#include "study/trials/tally.h"

namespace stayalive {

// What a connection costs once it has settled, without its handshake: counted over whole cycles, a
// day of them or more; where nothing repeats itself or lines lose packets, over a day or some
// thousand intervals.  Losses and jitter count, the scenario's events do not.  `time` is zero when
// the connection does not live so long.
//
// scenario: with its losses.  interval: of the keepalives; zero when there are none.
// stop: ends it soon; what is found then means nothing.
Cost find_daily_cost(const Scenario& scenario, std::size_t connection, Duration interval,
                     const std::stop_token& stop = {});

}  // namespace stayalive
