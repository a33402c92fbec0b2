// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <stop_token>

#include "base/early_end.h"
#include "run/report.h"
#include "scenario/scenario.h"

namespace stayalive {

// Whether what a scenario expects of a connection has come true.
//
// Without `at` the end counts.  With `at` alone the outcome at that instant counts; with `within`
// too, the side must have become so within that span of it.  Without a side, alive and remapped
// must hold for both sides, any other outcome for at least one.  What held is said by run/held.h.
// Claims about numbers are said by run/claim.h, those about copies by run/rehearsal/rehearsal.h.
struct CheckOptions {
  std::optional<std::uint64_t> seed{};  // of the run, where it was not the scenario's own
  std::stop_token stop{};  // ends the play of copies soon; the report means nothing then
  // Told of each copy that has reached one of its limits (RunLimits).
  std::function<void(const EarlyEnd&)> reached{};
};
ExpectationReport check_expectation(const Scenario& scenario, const ExpectSpec& expect,
                                    const ConnectionReport& connection,
                                    const CheckOptions& options = {});

// After a run that ended early, at `end`: an expectation is decided when nothing that could have
// followed would change it.  Of an instant that has passed it is; and that a connection held is,
// once it has not.  Everything else is left open.
void leave_open_what_is(ExpectationReport& report, const ExpectSpec& expect,
                        const ConnectionReport& connection, TimePoint end);

}  // namespace stayalive
