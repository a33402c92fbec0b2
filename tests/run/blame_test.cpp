// SPDX-License-Identifier: Apache-2.0
#include "run/blame.h"

#include <gtest/gtest.h>

#include "support/scenario_story.h"

namespace stayalive {
namespace {

std::string behind_linux(const std::string& settings, const std::string& connection) {
  return R"({"duration": "1h", "path": [{"middlebox": {"name": "box",
    "profile": "linux-conntrack")" +
         settings + R"(}}], "connections": [{"name": "c", )" + connection + "}]}";
}

Blame blame_in(const std::string& settings, const std::string& connection) {
  return ScenarioStory(behind_linux(settings, connection)).connection("c").blame;
}

TEST(Blame, SaysWhyAUdpFlowWasStillSingleOrAlreadyAStream) {
  constexpr const char* kAsked = R"("transport": "udp", "traffic": [
    {"from": "client", "at": "0s"}, {"from": "server", "at": "1s"})";
  const Blame single = blame_in("", std::string(kAsked) + "]");
  EXPECT_EQ(single.timer, "udp.single");
  EXPECT_EQ(single.because,
            "no packet had come more than 2s after the first one and after an answer");
  const Blame stream = blame_in("", std::string(kAsked) + R"(, {"from": "client", "at": "3s"}])");
  EXPECT_EQ(stream.timer, "udp.stream");
  EXPECT_EQ(stream.because,
            "a packet had come more than 2s after the first one and after an answer");
  EXPECT_EQ(stream.taken_up, "") << "no setting decides about datagrams";
}

TEST(Blame, SaysWhetherALinuxBoxTakesAConnectionUpAgain) {
  const Blame loose = blame_in(R"(, "timeouts": {"tcp.established": "6m"})", R"("port": 22)");
  EXPECT_EQ(loose.timer, "tcp.established");
  EXPECT_EQ(loose.because, "the connection was open and all its data acknowledged");
  EXPECT_EQ(loose.taken_up, kPicksUp) << "the kernel's default";
  const Blame strict =
      blame_in(R"(, "timeouts": {"tcp.established": "6m"}, "netfilter": {"tcp_loose": false})",
               R"("port": 22)");
  EXPECT_EQ(strict.taken_up, kDoesNotPickUp);
}

TEST(Blame, GivesTheReasonOfTheTimerThatRanOut) {
  const Result<Scenario> scenario =
      parse_scenario(behind_linux("", R"("transport": "tcp")"), "story");
  ASSERT_TRUE(scenario.ok());
  FaultCause cause;
  cause.kind = FaultKind::Flow;
  cause.ended = true;
  cause.timer = Timeout::TcpUnacknowledged;
  EXPECT_EQ(blame_of({&cause, kStart}, scenario.value()).because,
            "data that had passed was not acknowledged");
  cause.event = FlowEvent::Flushed;
  EXPECT_EQ(blame_of({&cause, kStart}, scenario.value()).because, "") << "no timer ran out";
  EXPECT_EQ(blame_of({&cause, kStart}, scenario.value()).taken_up, kPicksUp);
}

}  // namespace
}  // namespace stayalive
