// SPDX-License-Identifier: Apache-2.0
// How near a connection came to giving up, as something ended a wait.
#include <gtest/gtest.h>

#include "support/tcp_story.h"

namespace stayalive::test {
namespace {

TcpConfig four_probes() {
  TcpConfig config;
  config.keepalive = true;
  config.keepalive_idle = 10s;
  config.keepalive_interval = 5s;
  config.keepalive_count = 4;
  return config;
}

// A client whose probes from 10 s on are lost until 21 s.
CloseGiveUp probes_lost(const TcpConfig& config) {
  TcpStory story{config};
  story.connect();
  story.writes(End::Client, 10);
  story.at(1s);
  story.cut();
  story.at(21s);
  story.heal();
  story.at(26s);
  EXPECT_EQ(story.waits.size(), 1u);
  return story.waits.empty() ? CloseGiveUp{} : story.waits.front();
}

TEST(TcpWait, ProbesCountByTheirNumberOnEverySystem) {
  TcpConfig windows = four_probes();
  windows.keepalive_style = KeepaliveStyle::Windows;
  for (const TcpConfig& config : {four_probes(), windows}) {
    const CloseGiveUp wait = probes_lost(config);
    EXPECT_EQ(wait.limit, "keepalive_count");
    EXPECT_EQ(wait.unanswered, 4u) << "at 10, 15, 20 and 25 s, of which the last was answered";
    EXPECT_GT(wait.waited, 25s - 10ms) << "since the answer to its data";
    EXPECT_LT(wait.left, 5s);
  }
}

TEST(TcpWait, TheUserTimeoutTakesThePlaceOfTheCountOnLinuxAlone) {
  TcpConfig config = four_probes();
  config.user_timeout = 40s;
  EXPECT_EQ(probes_lost(config).limit, "user_timeout");
  config.keepalive_style = KeepaliveStyle::Windows;
  EXPECT_EQ(probes_lost(config).limit, "keepalive_count");
}

// Data that is lost at 1 s is sent again until an answer comes, and is counted from its first copy.
CloseGiveUp data_lost(const TcpConfig& config) {
  TcpStory story{config};
  story.connect();
  story.at(500ms);
  story.cut();
  story.at(1s);
  story.writes(End::Client, 10);
  story.at(3s);
  story.heal();
  story.at(6s);
  EXPECT_EQ(story.waits.size(), 1u);
  return story.waits.empty() ? CloseGiveUp{} : story.waits.front();
}

TEST(TcpWait, RetransmissionsCountByTimeOrByNumberOrByTheUserTimeout) {
  TcpConfig config;
  EXPECT_EQ(data_lost(config).limit, "retries2");
  EXPECT_GE(data_lost(config).unanswered, 3u);
  EXPECT_LT(data_lost(config).waited, 3s) << "not since the handshake";
  EXPECT_GT(data_lost(config).waited, 1s);
  config.user_timeout = 20s;
  EXPECT_EQ(data_lost(config).limit, "user_timeout");
  config.user_timeout = {};
  config.maximum_retransmissions = 5;
  EXPECT_EQ(data_lost(config).limit, "maximum_retransmissions");
}

// The answer to the second probe comes right after it, long before the third is due.
TEST(TcpWait, TheSecondAttemptIsAWaitHoweverSoonItIsAnswered) {
  TcpStory story{four_probes()};
  story.connect();
  story.writes(End::Client, 10);
  story.at(1s);
  story.cut();
  story.at(12s);
  story.heal();
  story.at(16s);
  ASSERT_EQ(story.waits.size(), 1u);
  EXPECT_EQ(story.waits[0].unanswered, 2u);
}

TEST(TcpWait, OneAttemptCountsOnceHalfOfTheTimeForItsAnswerIsOver) {
  EXPECT_FALSE(CloseGiveUp::counts(0, 10s, 1s));
  EXPECT_FALSE(CloseGiveUp::counts(1, 5s - 1ns, 5s));
  EXPECT_TRUE(CloseGiveUp::counts(1, 5s, 5s));
  EXPECT_TRUE(CloseGiveUp::counts(2, 0s, 10s));
}

}  // namespace
}  // namespace stayalive::test
