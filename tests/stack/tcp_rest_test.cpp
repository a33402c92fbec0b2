// SPDX-License-Identifier: Apache-2.0
// A connection that is put away while it rests fares as if it had been there all the time.
#include <gtest/gtest.h>

#include "support/tcp_story.h"

namespace stayalive::test {
namespace {

TcpConfig probing(Duration idle = 30s, Duration interval = 10s) {
  TcpConfig config;
  config.keepalive = true;
  config.keepalive_idle = idle;
  config.keepalive_interval = interval;
  config.keepalive_count = 3;
  return config;
}

// Puts an end away and takes it up again, if it rests.
bool take_up(TcpStory& story, End end, const TcpConfig& config) {
  TcpConnection& connection = story.connection(end);
  const std::optional<RestingTcp> resting = connection.rest();
  if (!resting) return false;
  connection = TcpConnection(config, *resting);
  return true;
}

// The same story told twice, once with both ends put away as often as they rest.
std::vector<std::string> told(const TcpConfig& client, const TcpConfig& server, bool put_away) {
  TcpStory story{client, server};
  int rests = 0;
  const auto until = [&](Duration end) {
    while (story.elapsed() < end) {
      story.at(std::min(story.elapsed() + 730ms, end));
      if (!put_away) continue;
      rests += take_up(story, End::Client, client) ? 1 : 0;
      rests += take_up(story, End::Server, server) ? 1 : 0;
    }
  };
  story.connect();
  until(100s);
  story.writes(End::Client, 3000);
  story.writes(End::Server, 20);
  until(101s);
  story.writes(End::Client, 10);
  until(200s);
  story.cut();
  until(225s);
  story.heal();
  until(300s);
  story.writes(End::Server, 50'000);
  until(340s);
  story.cut();
  until(500s);
  if (put_away) {
    EXPECT_GT(rests, 300);
  }
  std::vector<std::string> lines = story.transcript();
  for (const std::string& line : story.news()) lines.push_back(line);
  return lines;
}

TEST(TcpRest, ChangesNothing) {
  for (const std::string_view os : {"linux", "windows", "freebsd"}) {
    for (const std::uint32_t hz : {0u, 250u}) {
      SCOPED_TRACE(os);
      TcpConfig client = probing();
      client.keepalive_style = find_os_preset(os)->tcp.keepalive_style;
      client.timer_hz = hz;
      TcpConfig server = probing(20s, 30s);
      EXPECT_EQ(told(client, server, true), told(client, server, false));
      EXPECT_EQ(told(client, {}, true), told(client, {}, false));
    }
  }
}

TEST(TcpRest, IsNotWhileAnythingIsGoingOn) {
  const TcpConfig config = probing();
  TcpStory story{config, config};
  TcpOutbox out;
  EXPECT_FALSE(story.client().rest()) << "it is not open";
  story.connect();
  EXPECT_TRUE(story.client().rest());
  story.cut();
  story.writes(End::Client, 10);
  EXPECT_FALSE(story.client().rest()) << "something is in flight";
  story.at(100ms);
  story.heal();
  story.at(5s);
  EXPECT_TRUE(story.client().rest());
  EXPECT_TRUE(story.server().rest());
  story.reads(End::Server, false);
  EXPECT_FALSE(story.server().rest()) << "its window may close";
  story.reads(End::Server, true);
  story.cut();
  story.at(40s);
  EXPECT_FALSE(story.client().rest()) << "a probe is not answered";
  story.heal();
  story.at(60s);
  story.shuts_down(End::Server);
  story.at(61s);
  EXPECT_FALSE(story.client().rest()) << "it is closing";
}

TEST(TcpRest, ProbesAndAnswersAsTheWholeConnectionDoes) {
  const TcpConfig config = probing();
  TcpStory story{config, config};
  story.connect();
  story.at(1s);
  const RestingTcp client = *story.client().rest();
  const RestingTcp server = *story.server().rest();
  const auto streams = [](const RestingTcp& end) {
    return RestingStreams{end.local, end.remote, end.origin,
                          end.initial_sequence + static_cast<std::uint32_t>(end.memory.position),
                          end.receive_next};
  };
  const Packet probe = probe_at_rest(config, streams(client));
  const Packet answer = answer_at_rest(config, streams(server));
  EXPECT_TRUE(is_probe(probe, streams(server)));
  EXPECT_TRUE(is_answer(answer, streams(client)));
  EXPECT_FALSE(is_answer(probe, streams(server)));
  EXPECT_FALSE(is_probe(answer, streams(client)));
  story.at(35s);
  ASSERT_GE(story.sent.size(), 2u);
  EXPECT_EQ(print_packet(story.sent[0].packet), print_packet(probe));
  const TimePoint due = next_probe(config, client.keepalive_due, client.last_ack);
  EXPECT_EQ(story.sent[0].at, due);
  EXPECT_EQ(story.client().next_deadline(), after_probe(config, client.memory, due));
  // An answer tells the window at which the connection looks first.
  EXPECT_TRUE(tells_window(answer, client.memory));
  EXPECT_EQ(with_window_of(answer, client.memory), story.client().rest()->memory);
}

TEST(TcpRest, ATimerThatFindsThePeerHeardWaitsForTheRest) {
  const TcpConfig config = probing(30s, 10s);
  const TimePoint due = kStart + 40s;
  const TimePoint heard = kStart + 30s;
  EXPECT_EQ(keepalive_timer(config, due, heard, kStart + 35s), due) << "it has not run out yet";
  EXPECT_EQ(keepalive_timer(config, due, heard, due), due);
  EXPECT_EQ(keepalive_timer(config, due, heard, due + 1ns), kStart + 60s);
  EXPECT_EQ(next_probe(config, due, heard), kStart + 60s);
  EXPECT_EQ(next_probe(probing(5s, 10s), due, heard), due) << "that long ago is long enough";
}

TEST(TcpRest, RemembersHowMuchHasComeSinceTheWindowWasTold) {
  const TcpConfig config = probing();
  TcpStory story{config, config};
  story.connect();
  story.writes(End::Server, 300);
  story.at(1s);
  const RestingTcp resting = *story.client().rest();
  EXPECT_EQ(resting.memory.window_age, 300u);
  const TcpConnection again(config, resting);
  EXPECT_EQ(again.rest()->memory, resting.memory);
}

}  // namespace
}  // namespace stayalive::test
