// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "run/report.h"
#include "support/scenario_story.h"

namespace stayalive {
namespace {

// A router that does not translate and forgets after three minutes, and messages of the client at
// 10 and 40 minutes.
std::string through_a_router(const std::string& forward, const std::string& loose,
                             const std::string& transport = "tcp", const char* more = "") {
  return fmt::format(R"({{"duration": "2h", "path": [{{"link": {{"delay": "1ms"}}}},
      {{"middlebox": {{"name": "fw", "profile": "linux-firewall",
         "timeouts": {{"tcp.established": "3m", "udp.single": "3m", "udp.stream": "3m"}},
         "netfilter": {{"forward": "{}", "tcp_loose": {}}}}}}}, {{"link": {{"delay": "1ms"}}}}],
      "connections": [{{"name": "c", "transport": "{}", "traffic": [
        {{"at": "1s", "from": "client"}}, {{"at": "4s", "from": "server"}},
        {{"at": "10m", "from": "client"}}, {{"at": "40m", "from": "client"}}{}]}}]}})",
                     forward, loose, transport, more);
}

class BlackHole : public ::testing::Test {
 protected:
  static const SideReport& client(const ScenarioStory& story) {
    return story.connection("c").sides[index(Role::Client)];
  }
  static const SideReport& server(const ScenarioStory& story) {
    return story.connection("c").sides[index(Role::Server)];
  }
};

TEST_F(BlackHole, IsNoneWhereThePacketsOfBothSidesPassWithoutAFlow) {
  for (const char* loose : {"true", "false"}) {
    for (const char* transport : {"tcp", "udp"}) {
      const ScenarioStory story(
          through_a_router("accept", loose, transport, R"(, {"at": "20m", "from": "server"})"));
      for (const SideReport& side : story.connection("c").sides) {
        SCOPED_TRACE(side.host);
        EXPECT_EQ(side.outcome, Outcome::Alive);
        EXPECT_EQ(side.times_forgotten, 0u);
        EXPECT_EQ(side.blackhole, 0s);
        EXPECT_EQ(side.messages.lost, 0u);
        EXPECT_EQ(side.messages.late, 0u);
      }
    }
  }
}

TEST_F(BlackHole, IsThatOfTheSideWhosePacketsDoNotPass) {
  // From inside a packet opens the flow anew; from outside none does.  Flows live from 0 s to
  // 3m4s, from 10m to 13m and from 40m to 43m.
  const ScenarioStory story(through_a_router("stateful", "true"));
  EXPECT_EQ(client(story).times_forgotten, 0u);
  EXPECT_EQ(client(story).blackhole, 0s);
  EXPECT_EQ(client(story).messages.lost, 0u);
  EXPECT_EQ(server(story).times_forgotten, 3u);
  EXPECT_EQ(server(story).blackhole / 1min, 6 + 27 + 77);
}

TEST_F(BlackHole, IsThatOfBothWhereNothingPasses) {
  const ScenarioStory story(through_a_router("stateful", "false"));
  EXPECT_EQ(client(story).times_forgotten, 1u);
  EXPECT_EQ(server(story).times_forgotten, 1u);
  EXPECT_EQ(client(story).messages.lost, 1u) << "and then it gave up";
}

}  // namespace
}  // namespace stayalive
