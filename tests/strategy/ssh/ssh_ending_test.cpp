// SPDX-License-Identifier: Apache-2.0
// What OpenSSH says and with which code it ends when its connection does.
#include <gtest/gtest.h>

#include "support/strategy_story.h"

namespace stayalive {
namespace {

TEST(SshEnding, AServerWhoseClientClosesInOrderEndsWithZero) {
  const auto server = make_strategy("ssh", Role::Server, Transport::Tcp, {});
  EXPECT_EQ(server->ending(SocketError::None).message, "Connection closed by client.example");
  EXPECT_EQ(server->ending(SocketError::None).exit_code, 0);
  EXPECT_EQ(server->ending(SocketError::TimedOut).exit_code, 255);
}

TEST(SshEnding, AServerWithoutAnIntervalNeverWakesHoweverMuchItWrites) {
  StrategyStory story(
      make_strategy("ssh", Role::Server, Transport::Tcp, {{"server_version", "openssh-9.2"}}));
  story.at(1s).opens();
  story.at(100s).writes();
  EXPECT_TRUE(story.never_wakes());
  story.at(200s);
  EXPECT_EQ(story.did(), Lines{});
}

}  // namespace
}  // namespace stayalive
