// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "base/time.h"

namespace stayalive {

// How late a kernel's timers run.  Linux keeps them in a wheel (kernel/time/timer.c) whose slots
// grow coarser with distance: a timer never fires early, but it may wait for the end of its slot.

// `span` in whole ticks of a kernel that runs `hz` of them a second, rounded up; `span` itself
// when hz is 0.
Duration whole_ticks(Duration span, std::uint32_t hz);

// When a timer fires that is armed at `now` for `span`: exactly then when hz is 0, otherwise at the
// boundary of its slot on the absolute grid of ticks, which starts at kStart.  span must not be
// negative; hz is at most 1000.
TimePoint timer_due(TimePoint now, Duration span, std::uint32_t hz);

// As timer_due, for a timer that is armed now and never fires now.
TimePoint timer_armed(TimePoint now, Duration span, std::uint32_t hz);

}  // namespace stayalive
