// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ostream>
#include <stop_token>
#include <string>

#include "picture/plain_words.h"
#include "scenario/document.h"
#include "study/sweep/sweep.h"

namespace stayalive {

struct SweepForPage {
  const ScenarioDocument& document;
  const SweepRequest& request;
  const Sweep& sweep;
  bool with_expectations = false;
  std::stop_token stop{};            // of the runs that are played again for the ladders
  Wording wording = Wording::Exact;  // of what is drawn, and of the verdict
};

// A sweep as a page: where connections cease to hold, the charts, a ladder of each connection at
// the first value at which it does not, and the evidence.
void write_sweep_page(std::ostream& out, const SweepForPage& sweep, const std::string& made_by);

}  // namespace stayalive
