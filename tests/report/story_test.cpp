// SPDX-License-Identifier: Apache-2.0
#include "report/story.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

ConnectionReport forgotten() {
  ConnectionReport connection;
  connection.name = "idle";
  connection.strategy = "silent";
  connection.transport = "tcp";
  connection.outcome = Outcome::Forgotten;
  connection.blame.kind = FaultKind::Flow;
  connection.blame.who = "router";
  connection.blame.at = kStart + 5min;
  connection.blame.timer = "tcp.established";
  connection.blame.setting = "nf_conntrack_tcp_timeout_established";
  connection.blame.timeout = 5min;
  connection.blame.refreshed_by = PacketKind::Ack;
  for (SideReport& side : connection.sides) {
    side.opened_at = kStart;
    side.outcome = Outcome::Forgotten;
    side.blackhole = 55min;
  }
  return connection;
}

TEST(Story, SaysWhoForgotWhenByWhichTimerAndAfterWhichPacket) {
  const std::vector<std::string> story = tell_story(forgotten());
  ASSERT_EQ(story.size(), 4u);
  EXPECT_EQ(story[1],
            "router forgot the connection at 5m: its timer tcp.established "
            "(nf_conntrack_tcp_timeout_established) "
            "allows 5m of silence, and the last packet that refreshed it was an ack from the "
            "internal side at 0s.");
  EXPECT_EQ(story[2], "The client does not know until the end of the run: 55m in a black hole.");
}

TEST(Story, QuotesWhatTheProgramSaid) {
  ConnectionReport connection = forgotten();
  SideReport& client = connection.sides[index(Role::Client)];
  client.outcome = Outcome::Detected;
  client.noticed_at = kStart + 10min;
  client.error = SocketError::TimedOut;
  client.message = "Connection timed out";
  EXPECT_EQ(tell_story(connection)[2],
            "The client gave up at 10m with ETIMEDOUT: \"Connection timed out\".");
}

TEST(Story, AHealthyConnectionNeedsNoBlame) {
  ConnectionReport connection = forgotten();
  connection.outcome = Outcome::Alive;
  connection.blame = {};
  for (SideReport& side : connection.sides) side.outcome = Outcome::Alive;
  const std::vector<std::string> story = tell_story(connection);
  ASSERT_EQ(story.size(), 3u);
  EXPECT_EQ(story[1], "The client had a working connection all the time.");
}

TEST(ShortBlame, NamesTheBoxAndItsTimer) {
  EXPECT_EQ(short_blame(forgotten().blame), "router: tcp.established 5m");
  EXPECT_EQ(short_blame({}), "");
}

}  // namespace
}  // namespace stayalive
