// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <optional>

#include "run/claim.h"
#include "run/expectation.h"
#include "run/rehearsal/experiment.h"
#include "scenario/scenario.h"

namespace stayalive {

// Copies of a scenario in which something is done to one of its connections on purpose, once it has
// settled: its client's line is cut, or the host of an end crashes, at every instant of a cycle
// that can make a difference (rhythm.h).  Losses, jitter and events of the scenario are left out;
// the other connections go on as they do.
class Rehearsal {
 public:
  // scenario: must outlive it.  options.seed: of the first copy.
  Rehearsal(const Scenario& scenario, std::size_t connection, CheckOptions options);

  // Whether a claim about a rehearsed metric is true in all copies.  A claim fails that cannot be
  // tried: where the connection does not live until it has settled, or sends no keepalive.
  ClaimReport check(const Claim& claim);

 private:
  const Experiment& experiment();
  ClaimReport check_cut(const Claim& claim);
  ClaimReport check_crash(const Claim& claim);

  const Scenario& scenario_;
  std::size_t connection_;
  CheckOptions options_;
  std::optional<Experiment> experiment_;  // once it is asked for
};

}  // namespace stayalive
