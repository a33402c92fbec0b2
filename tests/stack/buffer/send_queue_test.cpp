// SPDX-License-Identifier: Apache-2.0
#include "stack/buffer/send_queue.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

constexpr std::uint32_t kMss = 1000;

// Sends everything that is written, one segment each millisecond.
void send_all(SendQueue& queue) {
  while (queue.unsent()) queue.sent(queue.peek(kMss), kStart + queue.segments().size() * 1ms);
}

TEST(SendQueue, MessagesAreCutIntoSegmentsAndTheLastTagIsTheOneThatEnds) {
  SendQueue queue;
  queue.start();
  queue.write(1, 1500);
  queue.write(2, 100);
  const SentSegment first = queue.peek(kMss);
  EXPECT_EQ(first.begin, 1u);
  EXPECT_EQ(first.end, 1001u);
  EXPECT_EQ(queue.last_message_in(1, 1001), 0u);
  EXPECT_EQ(queue.last_message_in(1001, 1501), 1u);
  EXPECT_EQ(queue.last_message_in(1001, 1601), 2u);
  EXPECT_EQ(queue.last_message_in(1501, 1600), 0u);
  EXPECT_TRUE(queue.message_ends_at(1501));
  EXPECT_FALSE(queue.message_ends_at(1500));
  EXPECT_TRUE(queue.message_ends_at(1601));
}

TEST(SendQueue, AFinTravelsWithTheLastBytes) {
  SendQueue queue;
  queue.start();
  queue.write(1, 1000);
  queue.finish();
  EXPECT_EQ(queue.peek(kMss).end, 1002u);
  EXPECT_EQ(queue.fin(), 1001u);
  EXPECT_EQ(queue.last_message_in(1, 1002), 1u);
}

TEST(SendQueue, AnAcknowledgmentConfirmsWholeMessagesOnly) {
  SendQueue queue;
  queue.start();
  queue.write(1, 500);
  queue.write(2, 500);
  send_all(queue);
  EXPECT_EQ(queue.acknowledge(1000).message, 1u);
  EXPECT_EQ(queue.segments().size(), 1u);
  EXPECT_EQ(queue.head().begin, 1000u);
  const SendQueue::Acknowledged rest = queue.acknowledge(1001);
  EXPECT_EQ(rest.message, 2u);
  EXPECT_EQ(rest.segments, 1u);
  EXPECT_TRUE(queue.idle());
}

TEST(SendQueue, SmallSegmentsAreMergedWhenTheyAreSentAgain) {
  SendQueue queue;
  queue.start();
  for (std::uint32_t message = 1; message <= 4; ++message) {
    queue.write(message, 400);
    send_all(queue);
  }
  queue.lose(kStart + 1s);
  EXPECT_EQ(queue.in_flight(), 0u);
  EXPECT_EQ(queue.retransmit(0, kMss, kStart + 1s).end, 801u);
  EXPECT_EQ(queue.segments().size(), 3u);
  EXPECT_EQ(queue.in_flight(), 1u);
  EXPECT_EQ(queue.first_lost(), 1u);
}

TEST(SendQueue, ADuplicateAnswersTheLatestSegmentThatHadTimeToArrive) {
  SendQueue queue;
  queue.start();
  queue.write(1, 4000);
  send_all(queue);  // at 0, 1, 2 and 3 ms
  EXPECT_FALSE(queue.hold(kStart));
  EXPECT_TRUE(queue.hold(kStart + 2ms));
  EXPECT_TRUE(queue.segments()[2].held);
  EXPECT_EQ(queue.held(), 1u);
}

TEST(SendQueue, WhatWasOvertakenLongEnoughAgoIsLost) {
  SendQueue queue;
  queue.start();
  queue.write(1, 4000);
  send_all(queue);
  ASSERT_TRUE(queue.hold(kStart + 2ms));
  EXPECT_EQ(queue.lose_overtaken(kStart), kStart + 1ms);
  EXPECT_EQ(queue.first_lost(), 0u);
  EXPECT_EQ(queue.lose_overtaken(kStart + 1ms - 1ns), kStart + 1ms);
  EXPECT_EQ(queue.lose_overtaken(kStart + 1ms), kNever);
  EXPECT_FALSE(queue.segments()[3].lost) << "it was sent after the one that arrived";
}

TEST(SendQueue, PositionsDoNotWrap) {
  SendQueue queue;
  queue.start();
  for (std::uint32_t message = 1; message <= 5; ++message) {
    queue.write(message, 0x7fff'ffff);
  }
  EXPECT_EQ(queue.last_message_in(1, 5ull * 0x7fff'ffff + 1), 5u);
  EXPECT_TRUE(queue.unsent());
}

}  // namespace
}  // namespace stayalive
