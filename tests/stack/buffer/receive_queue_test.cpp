// SPDX-License-Identifier: Apache-2.0
#include "stack/buffer/receive_queue.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

constexpr std::uint32_t kFirst = 0xffff'fff0;  // the numbers wrap under way

Packet piece(std::uint32_t offset, std::uint16_t bytes, std::uint32_t message, bool fin = false) {
  Packet packet;
  packet.protocol = Protocol::Tcp;
  packet.sequence = kFirst + offset;
  packet.payload = bytes;
  packet.content.message = message;
  packet.flags = tcp_flag::kAck;
  if (fin) packet.flags |= tcp_flag::kFin;
  return packet;
}

ReceiveQueue fresh(std::uint32_t capacity = 1000) {
  ReceiveQueue queue;
  queue.start(kFirst, capacity);
  return queue;
}

TEST(ReceiveQueue, DataInOrderIsDeliveredAtOnce) {
  ReceiveQueue queue = fresh();
  const ReceiveQueue::Arrival arrival = queue.arrive(piece(0, 100, 1));
  EXPECT_EQ(arrival.bytes, 100u);
  EXPECT_EQ(arrival.message, 1u);
  EXPECT_FALSE(arrival.filled) << "there was no gap";
  EXPECT_EQ(queue.next(), kFirst + 100);
  EXPECT_EQ(queue.unread(), 100u);
}

TEST(ReceiveQueue, DataBehindAGapWaitsForIt) {
  ReceiveQueue queue = fresh();
  EXPECT_EQ(queue.arrive(piece(200, 100, 3, true)).bytes, 0u);
  EXPECT_EQ(queue.arrive(piece(100, 100, 2)).message, 0u);
  EXPECT_TRUE(queue.gap());
  const ReceiveQueue::Arrival filled = queue.arrive(piece(0, 100, 1));
  EXPECT_EQ(filled.bytes, 300u);
  EXPECT_EQ(filled.message, 3u);
  EXPECT_TRUE(filled.fin);
  EXPECT_TRUE(filled.filled);
  EXPECT_FALSE(queue.gap());
  EXPECT_EQ(queue.next(), kFirst + 301);
}

TEST(ReceiveQueue, OldDataIsRecognizedAndPartlyOldDataTaken) {
  ReceiveQueue queue = fresh();
  queue.arrive(piece(0, 100, 1));
  EXPECT_TRUE(queue.arrive(piece(0, 100, 1)).old);
  const ReceiveQueue::Arrival rest = queue.arrive(piece(50, 100, 2));
  EXPECT_EQ(rest.bytes, 50u);
  EXPECT_EQ(rest.message, 2u);
  EXPECT_EQ(queue.unread(), 150u);
}

TEST(ReceiveQueue, AWaitingSegmentThatWasCoveredMeanwhileIsDropped) {
  ReceiveQueue queue = fresh();
  queue.arrive(piece(100, 50, 2));
  queue.arrive(piece(100, 50, 2));
  const ReceiveQueue::Arrival all = queue.arrive(piece(0, 200, 3));
  EXPECT_EQ(all.bytes, 200u);
  EXPECT_EQ(all.message, 3u);
  EXPECT_FALSE(queue.gap());
}

TEST(ReceiveQueue, TheWindowShrinksWithUnreadDataAndItsRightEdgeNeverMovesBack) {
  ReceiveQueue queue = fresh(1000);
  queue.arrive(piece(0, 400, 1));
  EXPECT_EQ(queue.offer(100), 600u);
  queue.arrive(piece(400, 520, 2));
  EXPECT_EQ(queue.offer(100), 80u) << "too little to be offered anew, but it was offered before";
  queue.arrive(piece(920, 80, 3));
  EXPECT_EQ(queue.offer(100), 0u);
  EXPECT_EQ(queue.window(), 0u);
  queue.read_all();
  EXPECT_EQ(queue.offer(100), 1000u);
}

TEST(ReceiveQueue, SaysOfTheSegmentThatClosesTheLastGapThatItDid) {
  ReceiveQueue queue = fresh();
  EXPECT_FALSE(queue.arrive(piece(100, 100, 2)).filled);
  EXPECT_FALSE(queue.arrive(piece(300, 100, 4)).filled);
  EXPECT_FALSE(queue.arrive(piece(0, 100, 1)).filled) << "one gap is left";
  EXPECT_TRUE(queue.arrive(piece(200, 100, 3)).filled);
}

TEST(ReceiveQueue, RoomForExactlyOneFullSegmentIsOffered) {
  ReceiveQueue queue = fresh(1448);
  (void)queue.arrive(piece(0, 1448, 1));
  EXPECT_EQ(queue.offer(1448), 0u);
  queue.read_all();
  EXPECT_EQ(queue.selectable_window(1448), 1448u);
}

}  // namespace
}  // namespace stayalive
