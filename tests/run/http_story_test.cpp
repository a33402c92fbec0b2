// SPDX-License-Identifier: Apache-2.0
// Persistent HTTP connections over a wire of 20 ms there and back.
#include <gtest/gtest.h>

#include <string>

#include "run/held.h"
#include "support/scenario_story.h"

namespace stayalive {
namespace {

std::string http(const std::string& options, const std::string& traffic,
                 const std::string& more = {}) {
  return R"({"title": "http", "duration": "5m", "path": [{"link": {"delay": "10ms"}}],
    "connections": [{"name": "web", "strategy": {"http": {)" +
         options + R"(}}, "traffic": [)" + traffic + "]" + more + "}]}";
}

const SideReport& client_of(const ScenarioStory& story) { return story.client("web"); }

TEST(HttpStory, OpensItsFirstConnectionWithItsFirstRequest) {
  const ScenarioStory story(http("", R"({"at": "30s", "answer": {}})"));
  EXPECT_EQ(client_of(story).opened_at, kStart + 30s + 20ms);
  EXPECT_EQ(client_of(story).messages.answered, 1u);
}

TEST(HttpStory, TwentyFourRequestsNeedTwoConnectionsWhereOneCarriesTwentyOne) {
  const std::string traffic = R"({"at": "1s", "every": "1s", "until": "25s", "answer": {}})";
  const ScenarioStory story(http(R"("max_keep_alive_requests": 20)", traffic));
  EXPECT_EQ(client_of(story).messages.answered, 24u);
  EXPECT_EQ(client_of(story).reconnects, 1u);
  EXPECT_TRUE(held(story.connection("web")));
  const ScenarioStory enough(http(R"("max_keep_alive_requests": 23)", traffic));
  EXPECT_EQ(client_of(enough).reconnects, 0u);
  const ScenarioStory none(http(R"("version": "1.0")", traffic));
  EXPECT_EQ(client_of(none).messages.answered, 24u);
  EXPECT_EQ(client_of(none).reconnects, 23u);
}

// 1.00 request, 1.03 its answer leaves the server, 6.03 its FIN does and is at the client at 6.04.
TEST(HttpStory, ARequestThatCrossesTheFinIsLostBetweenARoundTripBeforeTheTimeoutAndTheTimeout) {
  const auto answered = [](const std::string& second, const std::string& options = {}) {
    const ScenarioStory story(
        http(options, R"({"at": "1s", "answer": {}}, {"at": ")" + second + R"(", "answer": {}})"));
    return client_of(story).messages.answered;
  };
  EXPECT_EQ(answered("6019ms"), 2u);  // there before the timeout
  EXPECT_EQ(answered("6021ms"), 1u);  // there after it: read and thrown away
  EXPECT_EQ(answered("6039ms"), 1u);
  EXPECT_EQ(answered("6041ms"), 2u);                       // over a new connection
  EXPECT_EQ(answered("6021ms", R"("linger": "0s")"), 1u);  // answered with RST
}

TEST(HttpStory, TheResetTellsTheClientAndTheLingeringCloseOnlyItsFin) {
  const std::string traffic = R"({"at": "1s", "answer": {}}, {"at": "6025ms", "answer": {}})";
  const ScenarioStory apache(http("", traffic));
  EXPECT_EQ(client_of(apache).error, SocketError::None);
  EXPECT_EQ(client_of(apache).losses, 0u);
  const ScenarioStory nginx(http(R"("linger": "0s")", traffic));
  EXPECT_EQ(client_of(nginx).messages.answered, 1u);
}

TEST(HttpStory, WhatMayBeRepeatedIsSentAgainOverANewConnection) {
  for (const std::string linger : {"2s", "0s"}) {
    const ScenarioStory story(http(R"("linger": ")" + linger + "\"",
                                   R"({"at": "1s", "answer": {}},
                {"at": "6025ms", "answer": {}, "repeatable": true})"));
    EXPECT_EQ(client_of(story).messages.answered, 2u) << linger;
    EXPECT_EQ(client_of(story).messages.repeated, 1u) << linger;
    EXPECT_EQ(client_of(story).messages.duplicate, 0u) << linger;
  }
}

TEST(HttpStory, AClientThatHeedsTheHeaderLosesNothingOnlyWhereItClosesARoundTripEarlier) {
  // Each pause ends within the round trip before the server's FIN is at the client.
  const auto client = [](const std::string& more) {
    const ScenarioStory story(
        http(R"("connection": "keep-alive")" + more,
             R"({"at": "1s", "every": "5025ms", "until": "4m", "answer": {}})"));
    return story.client("web").messages;
  };
  EXPECT_EQ(client("").answered, 24u);
  EXPECT_EQ(client(R"(, "heeds_header": true)").answered, 24u);
  const MessageCounters early = client(R"(, "heeds_header": true, "header_margin": "1s")");
  EXPECT_EQ(early.answered, early.sent);
  EXPECT_EQ(early.sent, 48u);
}

TEST(HttpStory, PipelinedAnswersComeInOrder) {
  // The first request takes 2 s, the second none: its answer waits.
  const std::string traffic =
      R"({"at": "1s", "answer": {"after": "2s"}}, {"at": "1100ms", "answer": {}})";
  const ScenarioStory pipelined(http(R"("pipelining": true)", traffic));
  EXPECT_EQ(client_of(pipelined).messages.answered, 2u);
  EXPECT_EQ(client_of(pipelined).messages.late, 0u);
  // Without pipelining the second request itself waits, longer than late_after.
  const ScenarioStory in_turn(http("", traffic));
  EXPECT_EQ(client_of(in_turn).messages.answered, 2u);
  EXPECT_EQ(client_of(in_turn).messages.late, 1u);
}

TEST(HttpStory, OnAClosePipelinedRequestsWithoutAnswerAreLostOrSentAgain) {
  const auto story = [](const std::string& more) {
    return ScenarioStory(http(R"("pipelining": true, "max_keep_alive_requests": 2)",
                              R"({"at": "1s", "every": "1ms", "until": "1006ms",
                                  "answer": {"after": "100ms"})" +
                                  more + "}"));
  };
  EXPECT_EQ(client_of(story("")).messages.answered, 3u);
  const ScenarioStory again = story(R"(, "repeatable": true)");
  EXPECT_EQ(client_of(again).messages.answered, 6u);
  EXPECT_EQ(client_of(again).messages.repeated, 3u);
}

TEST(HttpStory, AServerThatCannotBeReachedCostsThatRequestOnly) {
  const ScenarioStory story(R"({"title": "http", "duration": "10m",
    "path": [{"link": {"name": "line", "delay": "10ms"}}],
    "connections": [{"name": "web", "strategy": "http",
      "socket": {"client": {"syn_retries": 1}},
      "traffic": [{"at": "1m", "answer": {}}, {"at": "5m", "answer": {}}]}],
    "events": [{"at": "30s", "cut": "line", "for": "1m"}]})");
  EXPECT_EQ(client_of(story).messages.answered, 1u);
  EXPECT_EQ(client_of(story).messages.lost, 1u);
  EXPECT_EQ(client_of(story).messages.unsent, 0u);
}

TEST(HttpStory, OnlyRequestsCanBeSaid) {
  const auto error = [](const std::string& traffic) {
    const Result<Scenario> read = parse_scenario(http("", traffic), "story");
    return read.ok() ? std::string() : to_string(read.errors().front());
  };
  EXPECT_NE(error(R"({"at": "1s"})").find("with http the client asks"), std::string::npos);
  EXPECT_NE(error(R"({"at": "1s", "from": "server", "answer": {}})").find("with http the client"),
            std::string::npos);
  EXPECT_EQ(error(R"({"at": "1s", "answer": {}})"), "");
}

}  // namespace
}  // namespace stayalive
