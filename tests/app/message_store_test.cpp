// SPDX-License-Identifier: Apache-2.0
#include "app/message_store.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

constexpr ConnectionId kConnection{5};

Message of_size(std::uint32_t bytes) {
  Message message;
  message.bytes = bytes;
  return message;
}

TEST(MessageStore, NumbersTheMessagesOfEachStreamFromOne) {
  MessageStore messages;
  const StreamId client = messages.open(kConnection, Role::Client, Transport::Tcp);
  const StreamId server = messages.open(kConnection, Role::Server, Transport::Tcp);
  EXPECT_EQ(messages.write(client, of_size(10)), 1u);
  EXPECT_EQ(messages.write(client, of_size(20)), 2u);
  EXPECT_EQ(messages.write(server, of_size(30)), 1u);
  ASSERT_NE(messages.read({client, 2}), nullptr);
  EXPECT_EQ(messages.read({client, 2})->bytes, 20u);
  EXPECT_EQ(messages.read({server, 1})->bytes, 30u);
  EXPECT_EQ(messages.read({client, 3}), nullptr);
  EXPECT_EQ(messages.read({client, 0}), nullptr) << "no message ends in such a packet";
}

TEST(MessageStore, KnowsWhoWritesAStreamAlsoWhenItIsClosed) {
  MessageStore messages(StreamId{100});
  const StreamId stream = messages.open(kConnection, Role::Server, Transport::Tcp);
  EXPECT_EQ(stream, StreamId{100});
  messages.close(stream);
  ASSERT_NE(messages.owner(stream), nullptr);
  EXPECT_EQ(messages.owner(stream)->connection, kConnection);
  EXPECT_EQ(messages.owner(stream)->writer, Role::Server);
  EXPECT_EQ(messages.owner(StreamId{99}), nullptr) << "not kept here";
  EXPECT_EQ(messages.owner(StreamId{101}), nullptr) << "not opened";
  EXPECT_EQ(messages.owner(StreamId{}), nullptr);
}

TEST(MessageStore, OfDatagramsSomeStayThatMayBeLate) {
  MessageStore messages;
  const StreamId stream = messages.open(kConnection, Role::Client, Transport::Udp);
  for (std::uint32_t i = 1; i <= 5000; ++i) messages.write(stream, of_size(i));
  messages.forget_through({stream, 5000});
  EXPECT_EQ(messages.read({stream, 3976}), nullptr) << "1024 messages stay";
  ASSERT_NE(messages.read({stream, 3977}), nullptr);
  EXPECT_EQ(messages.read({stream, 3977})->bytes, 3977u);
  EXPECT_EQ(messages.write(stream, of_size(1)), 5001u);
}

TEST(MessageStore, OfASegmentsStreamWhatIsReadIsForgottenAtOnce) {
  MessageStore messages;
  const StreamId stream = messages.open(kConnection, Role::Client, Transport::Tcp);
  for (const std::uint32_t bytes : {10u, 20u, 30u}) messages.write(stream, of_size(bytes));
  messages.forget_through({stream, 2});
  EXPECT_EQ(messages.read({stream, 2}), nullptr);
  ASSERT_NE(messages.read({stream, 3}), nullptr);
  EXPECT_EQ(messages.read({stream, 3})->bytes, 30u);
}

TEST(MessageStore, AClosedStreamIsReadByNobodyAndItsNumbersGoOn) {
  MessageStore messages;
  const StreamId stream = messages.open(kConnection, Role::Client, Transport::Tcp);
  const StreamId next = messages.open(kConnection, Role::Client, Transport::Tcp);
  messages.write(stream, of_size(10));
  messages.write(next, of_size(20));
  messages.close(stream);
  messages.close(stream);
  EXPECT_EQ(messages.read({stream, 1}), nullptr);
  EXPECT_EQ(messages.write(stream, of_size(10)), 2u);
  EXPECT_EQ(messages.read({stream, 2}), nullptr);
  EXPECT_NE(messages.read({next, 1}), nullptr) << "another session of the same client";
}

TEST(MessageStore, ListsWhatIsWrittenAndNotYetRead) {
  MessageStore messages;
  const StreamId stream = messages.open(kConnection, Role::Client, Transport::Tcp);
  const auto fields = [&] {
    std::vector<StateField> noted;
    StateWalk walk(noted);
    messages.walk(walk);
    return noted.size();
  };
  const std::size_t idle = fields();
  const std::uint32_t number = messages.write(stream, of_size(10));
  EXPECT_GT(fields(), idle);
  messages.forget_through({stream, number});
  EXPECT_EQ(fields(), idle);
  messages.close(stream);
  EXPECT_LT(fields(), idle);
}

TEST(MessageStore, KeepsNoEarlierDatagramsWhereNoneOvertakesAnother) {
  MessageStore messages(StreamId{0}, false);
  const StreamId stream = messages.open(ConnectionId{0}, Role::Client, Transport::Udp);
  for (int i = 0; i < 3; ++i) messages.write(stream, {.kind = MessageKind::Ping});
  messages.forget_through({stream, 2});
  EXPECT_EQ(messages.read({stream, 2}), nullptr);
  EXPECT_NE(messages.read({stream, 3}), nullptr) << "it is still on its way";
}

}  // namespace
}  // namespace stayalive
