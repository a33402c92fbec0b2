// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <vector>

#include "run/report.h"
#include "scenario/scenario.h"

namespace stayalive {

// The values on which the verdict about a connection rests, where the idle timer of a box is to
// blame: the timer; what the box does at that moment; and, for a side that sent something
// afterwards, what became of that.  Where a timer of a proxy is, that timer.  Empty elsewhere: no
// value of either decided.
std::vector<Support> supports_of(const ConnectionReport& report, const ConnectionSpec& connection,
                                 const Scenario& scenario);
// The rule for the next packet from this side, as a support of the box.
Support support_by_next_packet(const MiddleboxSpec& box, Side from);
// What the box does at expiry, likewise.
Support support_by_expiry(const MiddleboxSpec& box);
// The least sure one, the first of several; nullptr when there is none.
const Support* weakest(const std::vector<Support>& supports);

}  // namespace stayalive
