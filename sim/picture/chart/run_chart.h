// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ostream>
#include <string>

#include "run/report.h"
#include "scenario/scenario.h"

namespace stayalive {

// Draws a whole run on one line of time: of each connection what its client and its server had at
// every instant, what the scenario did to them, and who was to blame.  Of a connection that stands
// for many it is the worst that any of them had come to.  id: as SvgRoot::id.
void write_run_svg(std::ostream& out, const Scenario& scenario, const RunReport& report,
                   const std::string& id = "");

}  // namespace stayalive
