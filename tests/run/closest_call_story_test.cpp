// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "run/report.h"
#include "support/scenario_story.h"

namespace stayalive {
namespace {

// An SSH client that asks every minute, behind a router that forgets after a time.
std::string ssh_behind_a_router(const std::string& timeout) {
  return fmt::format(R"({{"duration": "1h", "path": [{{"link": {{"delay": "1ms"}}}},
      {{"middlebox": {{"name": "router", "profile": "home-router",
                       "timeouts": {{"tcp.established": "{}"}},
                       "netfilter": {{"tcp_loose": false}}}}}}, {{"link": {{"delay": "20ms"}}}}],
      "connections": [
        {{"name": "c", "strategy": {{"ssh": {{"server_alive_interval": "60s"}}}}}}]}})",
                     timeout);
}

TEST(ClosestCall, OfAPingAsOftenAsTheTimeoutIsWhatItsAnswerTakes) {
  const ScenarioStory story(ssh_behind_a_router("60s"));
  const ConnectionReport& report = story.connection("c");
  EXPECT_EQ(report.outcome, Outcome::Alive);
  ASSERT_TRUE(report.closest_call);
  const ClosestCall& call = *report.closest_call;
  EXPECT_EQ(call.who, "router");
  EXPECT_EQ(call.timer, "tcp.established");
  EXPECT_EQ(call.setting, "nf_conntrack_tcp_timeout_established");
  EXPECT_EQ(call.timeout, 60s);
  EXPECT_EQ(call.left, 42ms) << "from the ping to the acknowledgment of its answer";
  EXPECT_EQ(call.silence, 60s - 42ms);
  EXPECT_EQ(call.from, Side::Internal);
  EXPECT_EQ(call.by, PacketKind::Data);
  EXPECT_EQ(call.slip, Duration{60s - 42ms} / 1000) << "of a program that waits";
  EXPECT_TRUE(call.within_slip());
  EXPECT_EQ(margin_of(report), &*report.closest_call);
}

TEST(ClosestCall, OfAConnectionThatIsForgottenIsNoMargin) {
  const ScenarioStory story(ssh_behind_a_router("59958ms"));  // what the test above leaves, less
  EXPECT_GT(story.connection("c").sides[0].times_forgotten, 0u);
  EXPECT_EQ(margin_of(story.connection("c")), nullptr);
}

TEST(ClosestCall, HasTheLeastOfAllBoxes) {
  const ScenarioStory story(R"({"duration": "1h", "path": [
      {"middlebox": {"name": "inner", "profile": "home-router",
                     "timeouts": {"tcp.established": "5m"}}},
      {"middlebox": {"name": "outer", "profile": "aws-nlb"}}],
      "connections": [
        {"name": "c", "strategy": {"tcp_keepalive": {"idle": "4m", "side": "client"}}}]})");
  const ClosestCall& call = story.connection("c").closest_call.value();
  EXPECT_EQ(call.who, "inner");
  EXPECT_EQ(call.left, 1min);
  EXPECT_EQ(call.by, PacketKind::KeepaliveProbe);
  EXPECT_EQ(call.slip, 16'384ms) << "a kernel's wheel at 250 ticks a second";
}

TEST(ClosestCall, OfAKernelOfMoreTicksIsLateByLess) {
  const ScenarioStory story(R"({"duration": "1h", "path": [
      {"middlebox": {"name": "lb", "profile": "aws-nlb"}}],
      "hosts": {"client": {"tcp": {"timer_hz": 1000}}}, "connections": [{"name": "c",
        "strategy": {"tcp_keepalive": {"idle": "4m", "side": "client"}}}]})");
  const ClosestCall& call = story.connection("c").closest_call.value();
  EXPECT_EQ(call.slip / 1s, 4);
  EXPECT_FALSE(call.within_slip());
}

}  // namespace
}  // namespace stayalive
