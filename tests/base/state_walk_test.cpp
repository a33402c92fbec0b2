// SPDX-License-Identifier: Apache-2.0
#include "base/state_walk.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

namespace stayalive {
namespace {

// Whether a field may be this, 10 s after it was that; the present is 100 s.
bool may_move(Motion motion, Duration before, Duration after) {
  const auto field = [&](Duration at) {
    return StateField{motion, static_cast<std::uint64_t>(at.count())};
  };
  return StateWalk::may_move(field(before), field(after), kStart + 100s, 10s);
}

TEST(StateWalk, AnInstantMovesWithTimeOrLiesAhead) {
  EXPECT_TRUE(may_move(Motion::Instant, 95s, 105s));
  EXPECT_FALSE(may_move(Motion::Instant, 95s, 106s));
  EXPECT_TRUE(may_move(Motion::Instant, 101s, 101s));
  EXPECT_FALSE(may_move(Motion::Instant, 100s, 100s)) << "it is due";
}

TEST(StateWalk, APastInstantMayStayBehindButIsNotPassed) {
  EXPECT_TRUE(may_move(Motion::Past, 80s, 90s));
  EXPECT_TRUE(may_move(Motion::Past, 101s, 101s));
  EXPECT_FALSE(may_move(Motion::Past, 100s, 100s)) << "it was ahead 10 s ago, and no longer is";
  EXPECT_FALSE(may_move(Motion::Past, 91s, 91s));
  EXPECT_TRUE(may_move(Motion::Past, 90s, 90s)) << "it was behind already";
}

TEST(StateWalk, WhatIsAperiodicNeverMovesAsItMay) {
  EXPECT_TRUE(may_move(Motion::Still, 5s, 5s));
  EXPECT_FALSE(may_move(Motion::Still, 5s, 15s));
  EXPECT_FALSE(may_move(Motion::Aperiodic, 5s, 5s));
}

// Compared with what it was 10 s ago; the present is 100 s.
bool is_alike(Motion motion, Duration before, Duration after) {
  const auto field = [motion](Duration at) {
    return StateField{motion, static_cast<std::uint64_t>(at.count())};
  };
  return StateWalk::may_be_alike(field(before), field(after), kStart + 100s, 10s);
}

TEST(StateWalk, RandomNumbersAndCountdownsDoNotMakeAStateAnother) {
  EXPECT_FALSE(may_move(Motion::Source, 1s, 2s)) << "none is drawn in a period";
  EXPECT_TRUE(is_alike(Motion::Source, 1s, 2s));
  EXPECT_FALSE(may_move(Motion::Countdown, 1s, 2s));
  EXPECT_TRUE(is_alike(Motion::Countdown, 1s, 2s));
  EXPECT_FALSE(is_alike(Motion::Still, 1s, 2s));
}

TEST(StateWalk, ItDoesNotMatterSinceWhenAnInstantIsPast) {
  EXPECT_TRUE(is_alike(Motion::Past, 20s, 100s));
  EXPECT_FALSE(is_alike(Motion::Past, 20s, 101s));
  EXPECT_FALSE(is_alike(Motion::Instant, 20s, 100s));
}

// A thing with one field of each kind.
struct Thing final : HasState {
  std::uint32_t number = 7;
  TimePoint due = kStart + 50s;
  TimePoint heard = kStart + 20s;
  std::uint64_t count = 3;
  void walk(StateWalk& walk) override {
    walk.still(number);
    walk.instant(due);
    walk.past(heard, 5s);
    walk.counter(count);
  }
};

TEST(StateWalk, NotesAndPutsForward) {
  Thing thing;
  std::vector<StateField> notes;
  StateWalk noting(notes);
  thing.walk(noting);
  ASSERT_EQ(notes.size(), 4u);
  EXPECT_EQ(StateWalk::instant_of(notes[2].bits), kStart + 25s) << "when it ceases to matter";
  for (const std::size_t moving : {1u, 2u}) notes[moving].bits += std::uint64_t{60'000'000'000};
  notes[3].bits += 2;
  StateWalk forward{std::span<const StateField>(notes)};
  thing.walk(forward);
  EXPECT_EQ(thing.due, kStart + 110s);
  EXPECT_EQ(thing.heard, kStart + 80s);
  EXPECT_EQ(thing.count, 5u);
  EXPECT_EQ(thing.number, 7u);
}

}  // namespace
}  // namespace stayalive
