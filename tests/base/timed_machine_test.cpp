// SPDX-License-Identifier: Apache-2.0
#include "support/timed_machine.h"

#include <gtest/gtest-spi.h>
#include <gtest/gtest.h>

namespace stayalive {
namespace {

// Rings every 10 s and counts that in its outlet.
struct Metronome {
  TimePoint due = kStart + 10s;
  TimePoint next_deadline() const { return due; }
  void expire(TimePoint now, int& rung) {
    for (; due <= now; due += 10s) ++rung;
  }
};

struct WithoutDeadline {
  void expire(TimePoint);
};
struct DeadlineThatChangesIt {
  TimePoint next_deadline();
  void expire(TimePoint);
};
struct DeadlineAsASpan {
  Duration next_deadline() const;
  void expire(TimePoint);
};

static_assert(TimedMachine<Metronome, int>);
static_assert(!TimedMachine<Metronome>, "it needs an outlet");
static_assert(!TimedMachine<WithoutDeadline>);
static_assert(!TimedMachine<DeadlineThatChangesIt>);
static_assert(!TimedMachine<DeadlineAsASpan>);

TEST(TimedMachine, IsWokenBeforeAndAtItsDeadline) {
  Metronome metronome;
  int rung = 0;
  EXPECT_EQ(test::wake_at_deadline(metronome, rung), kStart + 10s);
  EXPECT_EQ(rung, 1);
  EXPECT_EQ(test::wake_at_deadline(metronome, rung), kStart + 20s);
  EXPECT_EQ(rung, 2);
  metronome.due = kNever;
  EXPECT_EQ(test::wake_at_deadline(metronome, rung), kNever);
  EXPECT_EQ(rung, 2);
}

// Leaves its deadline where it is.
struct Stuck {
  TimePoint next_deadline() const { return kStart + 10s; }
  void expire(TimePoint) {}
};
// Does at once what is due later.
struct Hasty {
  TimePoint due = kStart + 10s;
  TimePoint next_deadline() const { return due; }
  void expire(TimePoint now) { due = now >= kStart + 10s ? kNever : kStart; }
};

TEST(TimedMachine, OneThatBreaksItsPromisesIsFound) {
  Stuck stuck;
  EXPECT_NONFATAL_FAILURE(test::wake_at_deadline(stuck), "what was due has been done");
  Hasty hasty;
  EXPECT_NONFATAL_FAILURE(test::wake_at_deadline(hasty), "waking it early does nothing");
}

}  // namespace
}  // namespace stayalive
