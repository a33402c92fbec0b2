// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "support/population_story.h"

namespace stayalive {
namespace {

// Five hours of a client, 1 ms, a firewall that forgets TCP after an hour but may probe both ends
// first, every 15 s, 9 ms and a server.
ScenarioStory behind_firewall(int max_retries, const std::string& rest) {
  return ScenarioStory(R"({"duration": "5h", "path": [
      {"link": {"delay": "1ms"}},
      {"middlebox": {"name": "firewall", "profile": "cisco-asa",
                     "dead_connection_detection": {"max_retries": )" +
                       std::to_string(max_retries) + R"(}}}, {"link": {"delay": "9ms"}}], )" +
                       rest + "}");
}

TEST(DeadConnectionStory, AnIdleConnectionIsKeptByTheBoxWhileBothEndsAnswer) {
  const ScenarioStory story = behind_firewall(3, R"("connections": [{"name": "c",
      "traffic": [{"at": "4h50m", "from": "server", "bytes": 10}]}])");
  EXPECT_EQ(story.client("c").outcome, Outcome::Alive);
  EXPECT_EQ(story.client("c").times_forgotten, 0u);
  EXPECT_EQ(story.client("c").messages.delivered, 0u);
  EXPECT_EQ(story.server("c").messages.delivered, 1u);
  EXPECT_EQ(story.connection("c").blame.kind, FaultKind::None);
}

TEST(DeadConnectionStory, ManyLikeItAreKeptToo) {
  const ScenarioStory story = behind_firewall(3, R"("connections": [{"name": "c", "count": 20,
      "strategy": {"tcp_keepalive": {"idle": "2h", "side": "client"}}}])");
  const PopulationReport& all = population_of(story, "c");
  EXPECT_EQ(count_of(all, Outcome::Alive), 20u);
  EXPECT_EQ(all.deaths, 0u);
  // The client's kernel probes every two hours, the firewall asks each end when an hour is over.
  EXPECT_EQ(story.client("c").counters.keepalives, 40u);
}

TEST(DeadConnectionStory, AConnectionWhoseServerIsGoneIsForgotten) {
  const ScenarioStory story = behind_firewall(
      3, R"("connections": [{"name": "c"}], "events": [{"at": "10m", "crash": "server"}])");
  EXPECT_EQ(story.connection("c").outcome, Outcome::Forgotten);
  EXPECT_EQ(story.client("c").forgotten_at, at(10min));
}

TEST(DeadConnectionStory, AServerThatHasRebootedResetsTheClientWhenItIsProbed) {
  const ScenarioStory story = behind_firewall(3,
                                              R"("connections": [{"name": "c"}],
      "events": [{"at": "10m", "reboot": "server", "for": "5s"}])");
  EXPECT_EQ(story.client("c").outcome, Outcome::Reset);
  // The last ACK of the handshake passes the box at 21 ms; the probe takes 9 ms, the RST 10 ms.
  EXPECT_EQ(story.client("c").noticed_at, at(1h + 21ms + 19ms));
}

TEST(DeadConnectionStory, WithoutProbesTheSameConnectionIsForgottenAfterAnHour) {
  const ScenarioStory story = behind_firewall(0, R"("connections": [{"name": "c"}])");
  EXPECT_EQ(story.client("c").outcome, Outcome::Forgotten);
  EXPECT_EQ(story.client("c").forgotten_at, at(1h + 21ms));
}

}  // namespace
}  // namespace stayalive
