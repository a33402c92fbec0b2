// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

#include "base/time.h"

namespace stayalive {

// How late a kernel's timers run.  Linux keeps them in a wheel (kernel/time/timer.c) whose slots
// grow coarser with distance: a timer never fires early, but it may wait for the end of its slot.

// When a timer fires that is armed at `now` for `span`: exactly then when hz is 0, otherwise at the
// boundary of its slot on the absolute grid of ticks (base/ticks.h).  span must not be
// negative; hz is at most 1000.
TimePoint timer_due(TimePoint now, Duration span, std::uint32_t hz);

// As timer_due, for a timer that is armed now and never fires now.
TimePoint timer_armed(TimePoint now, Duration span, std::uint32_t hz);

// Who measures a span of time.
enum class TimedBy : std::uint8_t {
  Kernel,   // a kernel, by its timer wheel: TCP's timers, WireGuard's
  Program,  // a program that waits in poll(), select() or epoll_wait()
};

// Ticks a second of a kernel about which nothing else is known (CONFIG_HZ of Debian).
inline constexpr std::uint32_t kUsualHz = 250;

// The most by which a timer that is armed for `span` fires late on an idle Linux system, whenever
// it is armed.  Kernel: the most by which timer_due() lies after now + span, and some `now` reaches
// it; up to an eighth of a long span and two ticks of a short one; zero when hz is 0.  Program: a
// thousandth of the span, at least 50 microseconds and at most 100 ms (__estimate_accuracy() of
// fs/select.c, timer_slack_ns); a program that counts whole seconds is late by more.  span must not
// be negative; zero for kForever.
Duration most_late(Duration span, TimedBy timed_by, std::uint32_t hz = kUsualHz);

}  // namespace stayalive
