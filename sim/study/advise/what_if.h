// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "study/advise/today.h"

namespace stayalive {

// The values on which the answer rests where the idle timer of a box ended the connection: the
// timer, what the box does at that moment and, unless that tells both ends, what becomes of the
// next packet from either side.  Empty where no such timer is to blame.
std::vector<Support> after_expiry_of(const Scenario& scenario, std::size_t connection,
                                     const ConnectionReport& report);
// The scenario in which this value of its box is the other way round: silent and RST to both ends,
// a stray packet dropped and answered with a RST.  What is taken up or leaked becomes a drop.
Scenario with_turned(const Scenario& scenario, const Support& value);
// Turns round each value of the death that nobody has read or seen, one at a time.
std::vector<TurnedValue> turn_round(const Scenario& quiet, std::size_t connection,
                                    const Death& death, const std::stop_token& stop = {});

}  // namespace stayalive
