// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <gtest/gtest.h>

#include "base/timed_machine.h"

namespace stayalive::test {

// Wakes a machine just before its next deadline, where it has nothing to do, and at the deadline.
// It must not have been told of a later instant.  Returns the deadline; nothing is done when that
// is kNever.
template <class Machine, class... Outlets>
requires TimedMachine<Machine, Outlets...> TimePoint wake_at_deadline(Machine& machine,
                                                                      Outlets&... outlets) {
  const TimePoint due = machine.next_deadline();
  if (due == kNever) return due;
  machine.expire(due - 1ns, outlets...);
  EXPECT_GE(machine.next_deadline(), due) << "waking it early does nothing";
  machine.expire(due, outlets...);
  EXPECT_GT(machine.next_deadline(), due) << "what was due has been done";
  return due;
}

}  // namespace stayalive::test
