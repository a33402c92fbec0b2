// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "run/report.h"
#include "study/suite/suite.h"

// What a change of the boxes, of the scenarios or of the program itself does to verdicts.
namespace stayalive {

// Instants that lie no further apart are the same: a changed line or another seed moves them a
// little.
inline constexpr Duration kSameInstant = 1s;

// Whether two runs of a connection differ in the outcome of the whole or of a side, in the blame,
// or in when a side was forgotten or noticed.
bool changed(const ConnectionReport& was, const ConnectionReport& now);

struct ConnectionChange {
  std::string name;
  std::optional<ConnectionReport> was;  // empty when it is new
  std::optional<ConnectionReport> now;  // empty when it is gone
};

struct ScenarioChange {
  std::string file;
  std::optional<bool> held;   // before; empty when the scenario is new
  std::optional<bool> holds;  // now; empty when it is gone or wrong
  std::vector<ConnectionChange> connections;
  bool wrong = false;  // it is still there, and can no longer be read or run
};

struct Changes {
  std::string baseline;                   // as the user named it
  std::size_t compared = 0;               // how many scenarios were in both
  std::vector<ScenarioChange> scenarios;  // in order of their paths
};

// Compares what was with what is.  Scenarios are the same when their paths are, or else when both
// have a file name that nobody else has; one that cannot be read now has changed where it could be,
// and is left out where it was not there.
Changes compare(const std::vector<RunReport>& was, const Suite& now);

}  // namespace stayalive
