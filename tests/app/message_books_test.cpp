// SPDX-License-Identifier: Apache-2.0
#include "app/message_books.h"

#include <gtest/gtest.h>

#include <vector>

#include "support/instant.h"

namespace stayalive {
namespace {

constexpr std::optional<Duration> kNoAnswer;

TEST(MessageBooks, AMessageIsLateOnceItsTimeIsOver) {
  MessageBooks books;
  /*  0 s */ books.fall_due(at(0s), 1s, true, kNoAnswer);
  /*  0 s */ books.fall_due(at(0s), 1s, true, kNoAnswer);
  /*  1 s */ books.arrive(0, at(1s));
  EXPECT_EQ(books.counters(at(1s)).late, 0u);
  /* and 1 ns */ books.arrive(1, at(1s + 1ns));
  EXPECT_EQ(books.counters(at(2s)).late, 1u);
  EXPECT_EQ(books.counters(at(2s)).delivered, 2u);
}

TEST(MessageBooks, AMessageIsLostOnceThereWasTime) {
  MessageBooks books;
  /* 5 s */ books.fall_due(at(5s), 1s, true, kNoAnswer);
  EXPECT_EQ(books.counters(at(6s - 1ns)).lost, 0u) << "it may be on its way";
  EXPECT_EQ(books.counters(at(6s)).lost, 1u);
  /* 1 h */ books.arrive(0, at(1h));
  EXPECT_EQ(books.counters(at(1h)).lost, 0u) << "it was on its way after all";
  EXPECT_EQ(books.counters(at(1h)).late, 1u);
}

TEST(MessageBooks, WhoAsksCountsOnceThereWasTimeForTheAnswer) {
  MessageBooks books;
  /* 0 s */ books.fall_due(at(0s), 1s, true, 10s);
  EXPECT_EQ(books.counters(at(12s - 1ns)).asked, 0u) << "1 s there, 10 s of work, 1 s back";
  EXPECT_EQ(books.counters(at(12s)).asked, 1u);
  EXPECT_EQ(books.counters(at(12s)).answered, 0u);
}

TEST(MessageBooks, WhoIsAnsweredCountsAtOnceAndHoweverLate) {
  MessageBooks books;
  for (int i = 0; i < 3; ++i) books.fall_due(at(0s), 1s, true, 10s);
  /* 1 s */ books.be_answered(1);
  EXPECT_EQ(books.counters(at(1s)).asked, 1u);
  EXPECT_EQ(books.counters(at(1s)).answered, 1u);
  /* 1 h */ books.fall_due(at(1h), 1s, true, 10s);
  EXPECT_EQ(books.counters(at(1h)).asked, 3u);
  books.be_answered(0);
  EXPECT_EQ(books.counters(at(1h)).asked, 3u);
  EXPECT_EQ(books.counters(at(1h)).answered, 2u);
}

TEST(MessageBooks, WhatNobodyWritesIsUnsentSinceTheFirst) {
  MessageBooks books;
  /* 1 s */ books.fall_due(at(1s), 1s, true, kNoAnswer);
  /* 2 s */ books.fall_due(at(2s), 1s, false, 10s);
  /* 3 s */ books.fall_due(at(3s), 1s, false, kNoAnswer);
  /* 3 s */ books.fall_due(at(3s), 1s, true, kNoAnswer);
  const MessageCounters counters = books.counters(at(3s));
  EXPECT_EQ(counters.sent, 2u);
  EXPECT_EQ(counters.unsent, 2u);
  EXPECT_EQ(counters.asked, 1u) << "nobody will answer it";
  EXPECT_EQ(books.unsent_at(), at(2s));
  /* 4 s */ books.arrive(3, at(4s));
  EXPECT_EQ(books.counters(at(4s)).late, 0u) << "items that nobody wrote have numbers, too";
  EXPECT_EQ(books.counters(at(4s)).lost, 1u) << "the first";
}

TEST(MessageBooks, OnlyWhatMayStillChangeIsHeld) {
  MessageBooks books;
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    books.fall_due(at(i * 1s), 10s, true, i % 10 == 0 ? std::optional<Duration>(5s) : kNoAnswer);
    if (i % 3 == 0) books.arrive(i, at(i * 1s));
    EXPECT_LE(books.held(), 11u + 4u) << i;
  }
  EXPECT_EQ(books.counters(at(9999s)).sent, 10'000u);
  EXPECT_EQ(books.counters(at(20'000s)).lost, 10'000u - 3334u);
  EXPECT_EQ(books.counters(at(20'000s)).asked, 1000u);
}

TEST(MessageBooks, AVeryLongPatienceIsNoOverflow) {
  MessageBooks books;
  /* 1 s */ books.fall_due(at(1s), kForever, true, kForever);
  std::vector<StateField> fields;
  StateWalk walk(fields);
  books.walk(walk);
  EXPECT_EQ(books.counters(kNever - 1ns).lost, 0u);
  EXPECT_EQ(books.counters(kNever - 1ns).asked, 0u);
}

}  // namespace
}  // namespace stayalive
