// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <string>

#include "run/beside.h"
#include "support/scenario_story.h"

namespace stayalive {
namespace {

// 80 bytes a second, so that a datagram with 52 bytes takes a second, with its headers.
std::string line(const std::string& queue, const std::string& rest) {
  return R"({"duration": "1h", "path": [{"link": {"name": "dsl", "rate": "640bps", "queue": ")" +
         queue + R"("}}], )" + rest + "}";
}

TEST(Queue, CountsWhatItDropsAndTheMessagesAreLost) {
  // 0 1 2 3 ...: ten datagrams at once; one is sent, four wait, five are dropped.
  std::string traffic;
  for (int i = 0; i < 10; ++i)
    traffic += std::string(i == 0 ? "" : ", ") + R"({"at": "10s", "bytes": 52})";
  const ScenarioStory story(
      line("4 packets",
           R"("connections": [{"name": "c", "transport": "udp", "traffic": [)" + traffic + "]}]"));
  EXPECT_EQ(story.client("c").messages.sent, 10u);
  EXPECT_EQ(story.client("c").messages.delivered, 5u);
  EXPECT_EQ(story.client("c").messages.lost, 5u);
  ASSERT_EQ(story.report().links.size(), 1u);
  const LinkReport& dsl = story.report().links[0];
  EXPECT_EQ(dsl.name, "dsl");
  EXPECT_EQ(dsl.dropped[index(Side::External)].packets, 5u);
  EXPECT_EQ(dsl.dropped[index(Side::External)].bytes, 5u * 80);
  EXPECT_EQ(dsl.dropped[index(Side::Internal)].packets, 0u);
}

// A session beside somebody who fills the queue for ever.
TEST(Queue, IsBlamedWhereAConnectionDiesOfIt) {
  const std::string flood = R"({"name": "flood", "transport": "udp",
      "traffic": [{"at": "1m", "every": "100ms", "bytes": 1000}]})";
  const std::string session = R"({"name": "session", "strategy": {"ssh":
      {"server_alive_interval": "1m", "server_alive_count_max": 3}}})";
  const ScenarioStory story(
      line("1 packets", R"("connections": [)" + session + ", " + flood + "]"));
  EXPECT_EQ(story.client("session").outcome, Outcome::Detected);
  const Blame& blame = story.client("session").blame;
  EXPECT_EQ(blame.kind, FaultKind::Link);
  EXPECT_EQ(blame.who, "dsl");
  EXPECT_EQ(blame.reason, kQueueFull);
  EXPECT_GT(blame.at, at(1min));
  EXPECT_EQ(story.connection("session").blame.who, "dsl");
  // Where there is room enough nobody dies of it soon.
  const ScenarioStory wide(
      line("64KiB", R"("connections": [)" + session + R"(, {"name": "flood", "transport": "udp",
           "traffic": [{"at": "1m", "bytes": 1000}]}])"));
  EXPECT_EQ(wide.client("session").outcome, Outcome::Alive);
  EXPECT_EQ(wide.report().links[0].packets(), 0u);
  EXPECT_EQ(wide.connection("session").blame.kind, FaultKind::None);
}

TEST(Queue, AFullOneIsPassedOverLikeEverythingThatRepeatsItself) {
  // Three datagrams every four seconds for a line that takes one in a second, and five for another.
  for (const char* queue : {"1 packets", "2 packets", "160", "10 packets"}) {
    const Beside beside = expect_same(line(queue, R"("connections": [{"transport": "udp",
        "traffic": [{"every": "4s", "bytes": 52}, {"at": "10ms", "every": "4s", "bytes": 52},
                    {"at": "20ms", "every": "4s", "bytes": 52}]}])"));
    EXPECT_GT(beside.skipped, beside.events / 2) << queue;
  }
  const Beside full = expect_same(line("3 packets", R"("connections": [{"transport": "udp",
      "traffic": [{"every": "800ms", "bytes": 52}]}])"));
  EXPECT_GT(full.skipped, full.events / 2);
}

}  // namespace
}  // namespace stayalive
