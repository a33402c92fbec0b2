// SPDX-License-Identifier: Apache-2.0
#include "app/conversation.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

Message of_size(std::uint32_t bytes) {
  Message message;
  message.bytes = bytes;
  return message;
}

TEST(Conversation, NumbersMessagesFromOneInEachDirection) {
  Conversation conversation;
  EXPECT_EQ(conversation.last(Role::Client), 0u);
  EXPECT_EQ(conversation.write(Role::Client, 1, of_size(10)), 1u);
  EXPECT_EQ(conversation.write(Role::Client, 1, of_size(20)), 2u);
  EXPECT_EQ(conversation.write(Role::Server, 1, of_size(30)), 1u);
  ASSERT_NE(conversation.read(Role::Client, 2), nullptr);
  EXPECT_EQ(conversation.read(Role::Client, 2)->bytes, 20u);
  EXPECT_EQ(conversation.read(Role::Server, 1)->bytes, 30u);
  EXPECT_EQ(conversation.read(Role::Client, 3), nullptr);
  EXPECT_EQ(conversation.read(Role::Client, 0), nullptr);
}

TEST(Conversation, AStreamReadsOnlyTheMessagesOfItsOwnSession) {
  Conversation conversation;
  conversation.write(Role::Server, 1, of_size(10));
  conversation.write(Role::Server, 2, of_size(20));
  EXPECT_EQ(conversation.read(Role::Server, 1, 2), nullptr);
  EXPECT_NE(conversation.read(Role::Server, 2, 2), nullptr);
}

TEST(Conversation, ForgetsWhatIsLongReadAndKeepsTheNumbers) {
  Conversation conversation;
  for (std::uint32_t i = 1; i <= 5000; ++i) conversation.write(Role::Client, 1, of_size(i));
  conversation.forget_through(Role::Client, 5000);
  EXPECT_EQ(conversation.last(Role::Client), 5000u);
  EXPECT_EQ(conversation.read(Role::Client, 3976), nullptr) << "1024 messages stay";
  ASSERT_NE(conversation.read(Role::Client, 3977), nullptr);
  EXPECT_EQ(conversation.read(Role::Client, 3977)->bytes, 3977u);
  EXPECT_EQ(conversation.write(Role::Client, 1, of_size(1)), 5001u);
}

TEST(Conversation, AStreamForgetsAtOnceWhatIsReadButNotWhatAnotherSessionHasLeft) {
  Conversation conversation;
  conversation.write(Role::Client, 1, of_size(10));
  conversation.write(Role::Client, 1, of_size(20));
  conversation.write(Role::Client, 1, of_size(30));
  conversation.write(Role::Client, 2, of_size(40));
  conversation.forget_through(Role::Client, 2, 1);
  EXPECT_EQ(conversation.read(Role::Client, 2), nullptr);
  ASSERT_NE(conversation.read(Role::Client, 3), nullptr);
  EXPECT_EQ(conversation.read(Role::Client, 3)->bytes, 30u);
  conversation.forget_through(Role::Client, 4, 2);
  EXPECT_NE(conversation.read(Role::Client, 3, 1), nullptr) << "its reader may be late";
  EXPECT_EQ(conversation.last(Role::Client), 4u);
}

}  // namespace
}  // namespace stayalive
