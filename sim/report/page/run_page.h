// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <ostream>
#include <stop_token>
#include <string>

#include "picture/plain_words.h"
#include "run/report.h"
#include "scenario/scenario.h"

namespace stayalive {

// A run and what it was made of.
struct RunForPage {
  const Scenario& scenario;
  const RunReport& report;
  std::string text;                  // of the scenario's file; empty: it has none
  std::stop_token stop{};            // of the run that is played again for the ladders
  Wording wording = Wording::Exact;  // of what is drawn, and of the verdict
};

// A run as a page: whether what was expected came true, all connections on one line of time, a
// ladder of each that failed, and the evidence.  made_by: the program and its version.
void write_run_page(std::ostream& out, const RunForPage& run, const std::string& made_by);

}  // namespace stayalive
