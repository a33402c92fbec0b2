// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "support/scenario_story.h"

namespace stayalive {
namespace {

// A client, 10 ms, a proxy, 1 ms, a server.
std::string through_proxy(const std::string& proxy, const std::string& rest) {
  return R"({"duration": "30m", "path": [{"link": {"delay": "10ms"}}, {"proxy": )" + proxy +
         R"(}, {"link": {"delay": "1ms"}}], )" + rest + "}";
}

constexpr const char* kMinute = R"({"name": "proxy", "idle_timeout": "1m"})";

TEST(TcpProxy, RelaysRequestsAndAnswers) {
  const ScenarioStory story(through_proxy(R"({"name": "proxy"})",
                                          R"("connections": [{"name": "c",
          "traffic": [{"at": "1s", "bytes": 500, "answer": {"bytes": 3000}}]}])"));
  EXPECT_EQ(story.client("c").messages.delivered, 1u);
  EXPECT_EQ(story.server("c").messages.delivered, 1u);
  EXPECT_EQ(story.client("c").outcome, Outcome::Alive);
  EXPECT_EQ(story.server("c").outcome, Outcome::Alive);
}

TEST(TcpProxy, ClosesBothLegsOneIdleTimeoutAfterTheLastByte) {
  const ScenarioStory story(through_proxy(
      kMinute, R"("connections": [{"name": "c", "traffic": [{"at": "30s", "bytes": 100}]}])"));
  // The data reaches the proxy at 30.010 s.
  EXPECT_TRUE(close_to(story.client("c").timeline.back().at, at(90s + 20ms), 1ms));
  EXPECT_EQ(story.client("c").outcome, Outcome::Closed);
  EXPECT_EQ(story.server("c").outcome, Outcome::Closed);
  EXPECT_EQ(story.connection("c").blame.kind, FaultKind::Proxy) << "nobody else wanted that";
  EXPECT_EQ(story.connection("c").blame.who, "proxy");
  EXPECT_EQ(story.client("c").times_forgotten, 0u) << "a FIN on its way is not a fault";
}

TEST(TcpProxy, IsNotToBlameWhenItPassesOnThatTheServerCloses) {
  const ScenarioStory story(through_proxy(kMinute, R"("connections": [{"name": "c"}],
                  "events": [{"at": "10s", "close": "c", "side": "server"}])"));
  EXPECT_EQ(story.client("c").outcome, Outcome::Closed);
  EXPECT_EQ(story.connection("c").blame.kind, FaultKind::None);
}

TEST(TcpProxy, DoesNotHeedProbesUnlessItIsToldTo) {
  const char* connection =
      R"("connections": [{"name": "c", "strategy": {"tcp_keepalive": {"idle": "20s",
        "interval": "20s"}}}])";
  EXPECT_EQ(ScenarioStory(through_proxy(kMinute, connection)).client("c").outcome, Outcome::Closed);
  const char* counting = R"({"name": "proxy", "idle_timeout": "1m", "probes_count": true})";
  EXPECT_EQ(ScenarioStory(through_proxy(counting, connection)).client("c").outcome, Outcome::Alive);
}

TEST(TcpProxy, AnswersTheClientsProbesItselfSoThatADeadServerGoesUnnoticed) {
  const ScenarioStory story(through_proxy(R"({"name": "proxy"})",
                                          R"("connections": [{"name": "c",
          "strategy": {"tcp_keepalive": {"idle": "20s", "interval": "5s", "count": 2,
            "side": "client"}}}], "events": [{"at": "5m", "crash": "server"}])"));
  EXPECT_EQ(story.client("c").noticed_at, std::nullopt);
  EXPECT_EQ(story.client("c").outcome, Outcome::Forgotten);
  EXPECT_EQ(story.client("c").blame.kind, FaultKind::Host);
}

TEST(TcpProxy, PassesAResetOfTheServerOnAsAClose) {
  const ScenarioStory story(
      through_proxy(R"({"name": "proxy"})",
                    R"("connections": [{"name": "c", "traffic": [{"at": "6m", "bytes": 100}]}],
         "events": [{"at": "5m", "reboot": "server", "for": "10s"}])"));
  EXPECT_EQ(story.client("c").outcome, Outcome::Closed);
  EXPECT_TRUE(close_to(story.client("c").timeline.back().at, at(6min + 22ms), 2ms));
}

TEST(TcpProxy, WhoeverDiesOfAHalfCloseDiesOfItsTimerAndSinceIt) {
  // The request reaches the proxy at 1.010 s, and the answer at 7.012 s.
  const ScenarioStory story(
      through_proxy(R"({"name": "proxy", "client_timeout": "4s", "server_timeout": "20s"})",
                    R"("connections": [{"name": "c", "finishes_after_eof": {"server": true},
          "traffic": [{"at": "1s", "answer": {"after": "6s"}}]}])"));
  EXPECT_EQ(story.client("c").messages.answered, 1u);
  EXPECT_EQ(story.server("c").times_forgotten, 0u) << "it was still served";
  const Blame& blame = story.connection("c").blame;
  EXPECT_EQ(blame.kind, FaultKind::Proxy);
  EXPECT_EQ(blame.timer, "client_timeout");
  EXPECT_EQ(blame.timeout, 4s);
  EXPECT_TRUE(close_to(blame.at, at(5s + 10ms), 1ms));
}

// The server's host does not answer: 10 s after the client was let in the proxy gives up, and its
// SYN is followed by neither FIN nor RST, however it ends its connections.
TEST(TcpProxy, GivesUpAServerThatDoesNotAnswerWithoutAWord) {
  for (const char* ending : {"fin", "reset", "fin-and-reset"}) {
    const ScenarioStory story(through_proxy(
        R"({"name": "proxy", "idle_timeout": "10s", "server_ending": ")" + std::string(ending) +
            R"("})",
        R"("connections": [{"name": "c"}], "events": [{"at": "0s", "crash": "server"}])"));
    EXPECT_EQ(story.client("c").outcome, Outcome::Closed) << ending;
    EXPECT_TRUE(close_to(story.client("c").timeline.back().at, at(10s + 40ms), 10ms)) << ending;
    EXPECT_EQ(story.server("c").counters.packets_received, 0u) << ending;
  }
}

TEST(TcpProxy, ResetsWhenItIsToldToResetWhenIdle) {
  const ScenarioStory story(
      through_proxy(R"({"name": "proxy", "idle_timeout": "1m", "on_idle": "reset"})",
                    R"("connections": [{"name": "c"}])"));
  EXPECT_EQ(story.client("c").outcome, Outcome::Reset);
  EXPECT_EQ(story.server("c").outcome, Outcome::Reset);
}

}  // namespace
}  // namespace stayalive
