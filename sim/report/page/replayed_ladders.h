// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "picture/ladder/ladder.h"
#include "report/page/html_page.h"
#include "run/report.h"
#include "scenario/scenario.h"

namespace stayalive {

// More of a run nobody looks at.
inline constexpr std::size_t kMostLadders = 6;

// Connections of which a ladder says why they failed: first those of which an expectation failed,
// then the others that did not hold.
std::vector<std::size_t> failed_connections(const Scenario& scenario, const RunReport& report);

// What a page draws of connections that failed.
struct FailedRun {
  const Scenario& scenario;
  std::optional<std::uint64_t> seed;     // of that run; the scenario's own where there is none
  std::vector<std::size_t> connections;  // in this order
  std::stop_token stop{};
  Wording wording = Wording::Exact;
};
// Plays the run once more, with its packets recorded, and draws a ladder of each connection, up to
// kMostLadders; says which are not drawn, and why.
void add_ladders(HtmlPage& page, const FailedRun& failed);

}  // namespace stayalive
