// SPDX-License-Identifier: Apache-2.0
#include "study/advise/experiment.h"

#include <gtest/gtest.h>

#include "support/scenario_text.h"

namespace stayalive {
namespace {

std::string udp_through(const std::string& timeout, const std::string& interval) {
  return R"({"path": [{"link": {"delay": "10ms", "loss": "30%"}},
      {"middlebox": {"name": "box", "profile": "rfc-minimum", "timeouts": {"udp.single": ")" +
         timeout + R"(", "udp.stream": ")" + timeout + R"("}}}],
    "connections": [{"name": "c", "transport": "udp",
      "strategy": {"keepalive": {"interval": ")" +
         interval + R"(", "answered": false}}}]})";
}

TEST(Experiment, TheRhythmIsThatOfTheKeepalives) {
  const Rhythm rhythm = find_rhythm(right(udp_through("2m", "30s")), 0, 30s);
  EXPECT_EQ(rhythm.cycle, 30s);
  EXPECT_EQ((rhythm.beat - kStart) % 30s, Duration::zero());
  EXPECT_EQ(find_rhythm(right(R"({"connections": [{}]})"), 0, 0s).cycle, Duration::zero());
}

TEST(Experiment, AsManyKeepalivesMayBeLostAsFitIntoTheTimeout) {
  const Scenario scenario = right(udp_through("119s", "30s"));
  const Endurance endurance = find_endurance(scenario, 0, find_rhythm(scenario, 0, 30s));
  // With a third one the last packet before the outage and the first one after it are 120 s apart.
  EXPECT_EQ(endurance.lost, 2u);
  EXPECT_EQ(endurance.outage, 60s);
  const Scenario longer = right(udp_through("121s", "30s"));
  EXPECT_EQ(find_endurance(longer, 0, find_rhythm(longer, 0, 30s)).lost, 3u);
  EXPECT_FALSE(endurance.endless);
}

TEST(Experiment, WithoutAMarginNotASingleOneMayBeLost) {
  const Scenario scenario = right(udp_through("50s", "30s"));
  const Endurance endurance = find_endurance(scenario, 0, find_rhythm(scenario, 0, 30s));
  EXPECT_FALSE(endurance.any);
  EXPECT_EQ(endurance.lost, 0u);
}

TEST(Experiment, AnOpensshClientNoticesACrashAfterOneIntervalMoreThanItsCount) {
  const Scenario scenario = right(R"({"connections": [
    {"name": "c", "strategy": {"ssh": {"server_alive_interval": "60s",
                                       "server_alive_count_max": 2}}}]})");
  const Detection detection = find_detection(scenario, 0, find_rhythm(scenario, 0, 60s));
  const Notice& client = detection.crash[index(Role::Client)];
  EXPECT_TRUE(client.always);
  EXPECT_GT(client.worst, 178s);
  EXPECT_LE(client.worst, 180s);
  EXPECT_FALSE(detection.has_box);
}

TEST(Experiment, ASilentConnectionNeverNotices) {
  const Scenario scenario = right(R"({"path": [{"middlebox": {"profile": "openwrt"}}],
    "connections": [{}]})");
  const Detection detection = find_detection(scenario, 0, find_rhythm(scenario, 0, 0s));
  EXPECT_FALSE(detection.crash[index(Role::Client)].always);
  EXPECT_TRUE(detection.has_box);
  EXPECT_FALSE(detection.forgotten[index(Role::Client)].recovers);
}

TEST(Experiment, AClientThatSpeaksFirstOpensTheWayAgain) {
  const Scenario scenario = right(udp_through("2m", "30s"));
  const Detection detection = find_detection(scenario, 0, find_rhythm(scenario, 0, 30s));
  const Notice& client = detection.forgotten[index(Role::Client)];
  EXPECT_TRUE(client.recovers);
  EXPECT_LT(client.blackhole, 30s);
  EXPECT_GT(client.blackhole, 25s);
}

}  // namespace
}  // namespace stayalive
