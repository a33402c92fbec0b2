// SPDX-License-Identifier: Apache-2.0
#include "picture/story.h"

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

// At the end of a run of an hour.
std::vector<std::string> story_of(const ConnectionReport& connection) {
  return tell_story(connection, kStart + 1h);
}

TEST(Story, SaysWhoForgotWhenByWhichTimerAndAfterWhichPacket) {
  const std::vector<std::string> story = story_of(forgotten());
  ASSERT_EQ(story.size(), 4u);
  EXPECT_EQ(story[1],
            "router forgot the connection at 5m: its timer tcp.established "
            "(nf_conntrack_tcp_timeout_established) "
            "allows 5m of silence, and the last packet that refreshed it was an ack from the "
            "internal side at 0s.");
  EXPECT_EQ(story[2], "The client had not noticed by 1h, the end of the run: 55m in a black hole.");
}

TEST(Story, QuotesWhatTheProgramSaid) {
  ConnectionReport connection = forgotten();
  SideReport& client = connection.sides[index(Role::Client)];
  client.outcome = Outcome::Detected;
  client.noticed_at = kStart + 10min;
  client.timeline = {{kStart + 10min, Outcome::Detected}};
  client.error = SocketError::TimedOut;
  client.message = "Connection timed out";
  EXPECT_EQ(story_of(connection)[2],
            "The client gave up at 10m with ETIMEDOUT: \"Connection timed out\".");
}

TEST(Story, AHealthyConnectionNeedsNoBlame) {
  ConnectionReport connection = forgotten();
  connection.outcome = Outcome::Alive;
  connection.blame = {};
  for (SideReport& side : connection.sides) {
    side.outcome = Outcome::Alive;
    side.blackhole = 0s;
  }
  const std::vector<std::string> story = story_of(connection);
  ASSERT_EQ(story.size(), 3u);
  EXPECT_EQ(story[1], "The client had a working connection all the time.");
}

TEST(Story, OneKeepaliveIsNotMany) {
  ConnectionReport connection = forgotten();
  connection.sides[index(Role::Client)].counters.keepalives = 1;
  EXPECT_EQ(story_of(connection)[0],
            "idle (silent over tcp) was opened at 0s; the client sent 1 keepalive and the server "
            "0.");
}

TEST(Story, ASideThatLivedThroughAClosedWayDidNotWorkAllTheTime) {
  ConnectionReport connection = forgotten();
  for (SideReport& side : connection.sides) {
    side.outcome = Outcome::Alive;
    side.blackhole = 30s;
  }
  EXPECT_EQ(story_of(connection)[2],
            "The client kept its connection, though for 30s nothing could pass.");
}

TEST(Story, CountsHowOftenALivingConnectionWasLost) {
  ConnectionReport connection = forgotten();
  SideReport& client = connection.sides[index(Role::Client)];
  client.outcome = Outcome::Alive;
  client.times_forgotten = 1;
  EXPECT_EQ(story_of(connection)[2],
            "The client has a working connection at the end, but lost it once; 55m in all were "
            "spent in a black hole.");
  client.times_forgotten = 3;
  client.reconnects = 2;
  EXPECT_EQ(story_of(connection)[3],
            "The client has a working connection at the end, but lost it 3 times, and reconnected "
            "twice; 55m in all were spent in a black hole.");
}

TEST(Story, WhoOnceNoticedIsNotSaidToKnowNothing) {
  ConnectionReport connection = forgotten();
  SideReport& client = connection.sides[index(Role::Client)];
  client.noticed_at = kStart + 10min;
  client.times_forgotten = 2;
  client.timeline = {{kStart + 50min, Outcome::Forgotten}};
  EXPECT_EQ(story_of(connection)[3],
            "The client had not noticed the last time, at 50m, by 1h, the end of the run: 55m in a "
            "black hole in all.");
}

TEST(Story, WhoReconnectsInVainLooksForItsPeer) {
  ConnectionReport connection = forgotten();
  SideReport& client = connection.sides[index(Role::Client)];
  client.outcome = Outcome::Detected;
  client.reconnects = 1;
  client.timeline = {{kStart + 10min, Outcome::Detected}};
  client.message = "restarting";
  EXPECT_EQ(story_of(connection)[2],
            "The client has looked for its peer since 10m: \"restarting\".");
}

TEST(Story, ACrashIsNoOrderlyEnd) {
  ConnectionReport connection = forgotten();
  SideReport& server = connection.sides[index(Role::Server)];
  server.outcome = Outcome::Closed;
  server.timeline = {{kStart + 10min, Outcome::Closed}};
  server.message = "its host went down";
  EXPECT_EQ(story_of(connection)[3], "The server ended at 10m: \"its host went down\".");
}

}  // namespace
}  // namespace stayalive
