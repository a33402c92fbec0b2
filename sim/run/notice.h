// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>

#include "base/time.h"
#include "run/report.h"

namespace stayalive {

// Whether this end lost its connection because its own host went down: there is nobody to notice.
bool went_down(const SideReport& side);

// When this side's connection broke: it was first forgotten, or what it died of happened.  Empty:
// nothing broke it, or its own host went down with it.
std::optional<TimePoint> broken_at(const SideReport& side);

// When this side first learned, at or after `from`, that its connection was over: it gave up, was
// reset or refused, or was told in order by somebody between.  Empty: not by the end of the run.
std::optional<TimePoint> learned_at(const SideReport& side, TimePoint from);

// How long after its connection broke this side learned of it.
std::optional<Duration> time_to_notice(const SideReport& side);

}  // namespace stayalive
