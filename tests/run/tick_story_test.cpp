// SPDX-License-Identifier: Apache-2.0
// What a Linux box makes of round numbers: recorded with HZ 250, over TCP and over UDP.
#include <gtest/gtest.h>

#include "support/scenario_story.h"

namespace stayalive {
namespace {

std::string through(const std::string& box, const std::string& connection) {
  return R"({"duration": "10s", "path": [{"link": {"delay": "20us"}},
      {"middlebox": {"name": "box", "profile": "linux-conntrack", )" +
         box + R"(}}, {"link": {"delay": "20us"}}], "connections": [{"name": "c", )" + connection +
         "}]}";
}

TEST(TickStory, ARequestExactlyTheTimeoutAfterTheLastIsLost) {
  const auto delivered = [](const std::string& more, const std::string& second) {
    const ScenarioStory story(through(
        more + R"("timeouts": {"tcp.established": "4s"},
                "netfilter": {"tcp_loose": false, "forward": "stateful"})",
        R"("traffic": [{"at": "1s", "bytes": 10}, {"at": ")" + second + R"(", "bytes": 40}])"));
    return story.client("c").messages.delivered;
  };
  EXPECT_EQ(delivered("", "5s"), 1u);
  EXPECT_EQ(delivered("", "4999900us"), 2u);
  EXPECT_EQ(delivered(R"("hz": 0, )", "5s"), 2u) << "the acknowledgment came 80 us later";
  EXPECT_EQ(delivered(R"("hz": 0, )", "5000100us"), 1u);
}

TEST(TickStory, ADatagramExactlyTheTimeoutAfterTheAnswerIsLost) {
  const auto delivered = [](const std::string& hz) {
    const ScenarioStory story(
        through(hz + R"("timeouts": {"udp.single": "4s"}, "ports": {"preserve": false})",
                R"("transport": "udp", "server_follows": false,
                   "traffic": [{"at": "1s", "answer": {}}, {"at": "5s", "answer": {}}])"));
    return story.server("c").messages.delivered;
  };
  EXPECT_EQ(delivered(""), 1u);
  EXPECT_EQ(delivered(R"("hz": 0, )"), 2u);
}

TEST(TickStory, ANatThatRebootsGivesAnotherRandomPort) {
  const ScenarioStory story(R"({"duration": "30m",
      "path": [{"middlebox": {"name": "nat", "profile": "carrier-nat"}}],
      "connections": [{"name": "follows", "transport": "udp",
                       "strategy": {"keepalive": {"interval": "10s"}}},
                      {"name": "does-not", "transport": "udp", "server_follows": false,
                       "strategy": {"keepalive": {"interval": "10s", "give_up_after": "60s"}}}],
      "events": [{"at": "5m3s", "flush": "nat"}, {"at": "10m3s", "flush": "nat"},
                 {"at": "15m3s", "reboot": "nat", "for": "5s"}]})");
  EXPECT_EQ(story.client("follows").outcome, Outcome::Remapped);
  EXPECT_EQ(story.client("does-not").outcome, Outcome::Detected);
  EXPECT_TRUE(close_to(story.client("does-not").noticed_at, at(6min), 15s));
}

// With 12 seeds both ends of the coin are seen: a newcomer takes the only port at once when its
// first sequence number lies ahead of the old connection's, otherwise after TIME_WAIT.
TEST(TickStory, ANewcomerTakesThePortOfAConnectionInTimeWait) {
  int at_once = 0;
  int refused = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const ScenarioStory story(R"({"duration": "3m",
        "path": [{"link": {"delay": "1ms"}},
                 {"middlebox": {"name": "r", "profile": "linux-conntrack",
                                "ports": {"low": 50000, "high": 50000}}},
                 {"link": {"delay": "10ms"}}],
        "connections": [{"name": "first", "port": 7000,
                         "traffic": [{"at": "1s", "answer": {}}]},
                        {"name": "second", "port": 7000, "start": "8s"}],
        "events": [{"at": "6s", "close": "first"}]})",
                              seed);
    const SideReport& second = story.client("second");
    if (second.opened_at == at(8s + 22ms)) ++at_once;
    if (second.outcome != Outcome::Alive) ++refused;
  }
  EXPECT_GT(at_once, 2);
  EXPECT_GT(refused, 2);
  EXPECT_EQ(at_once + refused, 12);
}

}  // namespace
}  // namespace stayalive
