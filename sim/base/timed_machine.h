// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <concepts>

#include "base/time.h"

namespace stayalive {

// Something that has time but no clock.  It is told the time with each input, and time never runs
// backwards.  It changes by itself only in expire(now), which does everything that was due at or
// before `now` and leaves what comes of it in `outlets`, for example an outbox.  Whoever drives it
// may rely on this:
// - it changes nothing by itself before next_deadline(); waking it early does nothing;
// - after expire(now), next_deadline() lies later than `now`; kNever when nothing will happen.
template <class Machine, class... Outlets>
concept TimedMachine = requires(Machine& machine, const Machine& same, TimePoint now,
                                Outlets&... outlets) {
  { same.next_deadline() } -> std::same_as<TimePoint>;
  { machine.expire(now, outlets...) } -> std::same_as<void>;
};

}  // namespace stayalive
