// SPDX-License-Identifier: Apache-2.0
// Requests and answers through a proxy that knows HTTP: 20 ms there and back to the proxy, 2 ms
// from there to the server.
#include <gtest/gtest.h>

#include <string>

#include "run/beside.h"
#include "run/held.h"
#include "support/scenario_story.h"

namespace stayalive {
namespace {

struct Parts {
  std::string proxy;    // values of the proxy
  std::string server;   // options of http
  std::string traffic;  // of the client
  std::string more{};   // keys of the connection
};

std::string scenario(const Parts& parts) {
  return R"({"title": "http proxy", "duration": "10m", "path": [{"link": {"delay": "10ms"}},
    {"proxy": {"name": "lb", "mode": "http", "pool_size": 8)" +
         parts.proxy + R"(}}, {"link": {"delay": "1ms"}}],
    "connections": [{"name": "web", "strategy": {"http": {"linger": "0s")" +
         parts.server + R"(}}, "traffic": [)" + parts.traffic + "]" + parts.more + "}]}";
}

ScenarioStory story_of(const Parts& parts) { return ScenarioStory(scenario(parts)); }

const MessageCounters& asked(const ScenarioStory& story) { return story.client("web").messages; }

std::uint64_t errors(const ScenarioStory& story, std::uint16_t status) {
  return asked(story).errors[error_index(status)];
}

// 1.000 asked, 1.030 at the proxy, 1.033 at the server, answered there at once; the server closes
// at 6.033 and its FIN is at the proxy at 6.034.  A request is at the proxy 10 ms after it was
// asked.
TEST(HttpProxyStory, ARequestThatCrossesTheServersCloseIsAnsweredWith502) {
  const auto second = [](const std::string& at, const std::string& proxy = {}) {
    return story_of(
        {proxy, "", R"({"at": "1s", "answer": {}}, {"at": ")" + at + R"(", "answer": {}})"});
  };
  const ScenarioStory before = second("6021ms");  // at the server at 6.032
  EXPECT_EQ(asked(before).answered, 2u);
  const ScenarioStory crosses = second("6023ms");  // at the server at 6.034
  EXPECT_EQ(asked(crosses).answered, 1u);
  EXPECT_EQ(errors(crosses, 502), 1u);
  EXPECT_FALSE(held(crosses.connection("web")));
  const ScenarioStory after = second("6025ms");  // at the proxy at 6.035, which knows
  EXPECT_EQ(asked(after).answered, 2u);
  EXPECT_TRUE(held(after.connection("web")));
  EXPECT_EQ(errors(second("6023ms", R"(, "lost_status": "503")"), 503), 1u);
}

TEST(HttpProxyStory, TheLostRequestIsNamedWithWhoClosedFirst) {
  const ScenarioStory story = story_of(
      {"", "",
       R"({"at": "1s", "answer": {}}, {"at": "6023ms", "answer": {}, "repeatable": true})"});
  ASSERT_EQ(story.connection("web").lost_requests.size(), 1u);
  const LostRequestReport& lost = story.connection("web").lost_requests.front();
  EXPECT_EQ(lost.number, 2u);
  EXPECT_EQ(lost.asked_at, kStart + 6023ms);
  EXPECT_EQ(lost.at, kStart + 6034ms);
  EXPECT_EQ(lost.hop, "lb");
  EXPECT_EQ(lost.peer, "server");
  EXPECT_EQ(lost.why, LostRequest::Why::Closed);
  EXPECT_EQ(lost.status, 502u);
  EXPECT_TRUE(lost.reused);
  EXPECT_TRUE(lost.repeatable);
  EXPECT_FALSE(lost.repeated);
}

TEST(HttpProxyStory, WhatMayBeRepeatedIsSentAgainWhereTheProxyDoes) {
  const auto second = [](const std::string& retry, bool repeatable) {
    return story_of({R"(, "retry": ")" + retry + "\"", "",
                     R"({"at": "1s", "answer": {}}, {"at": "6023ms", "answer": {})" +
                         std::string(repeatable ? R"(, "repeatable": true})" : "}")});
  };
  EXPECT_EQ(errors(second("nothing", true), 502), 1u);
  EXPECT_EQ(errors(second("repeatable", false), 502), 1u);
  EXPECT_EQ(asked(second("repeatable", true)).answered, 2u);
  EXPECT_EQ(asked(second("everything", false)).answered, 2u);
  const ScenarioStory again = second("repeatable", true);
  EXPECT_TRUE(again.connection("web").lost_requests.front().repeated);
  EXPECT_TRUE(held(again.connection("web")));
}

TEST(HttpProxyStory, WhatIsLostOnANewConnectionIsNotRepeated) {
  // The server's process ends while it works on the first or on the second request.
  const auto killed = [](const std::string& at) {
    return ScenarioStory(R"({"title": "killed", "duration": "1m", "path": [{"link": {}},
      {"proxy": {"name": "lb", "mode": "http", "pool_size": 8, "retry": "everything"}}],
      "connections": [{"name": "web", "strategy": "http",
        "traffic": [{"at": "1s", "every": "3s", "until": "5s", "answer": {"after": "2s"}}]}],
      "events": [{"kill": "web", "side": "server", "at": ")" +
                         at + R"("}]})");
  };
  EXPECT_EQ(errors(killed("2s"), 502), 1u);
  const ScenarioStory used = killed("5s");
  EXPECT_EQ(asked(used).answered, 2u);
  EXPECT_TRUE(used.connection("web").lost_requests.front().repeated);
}

TEST(HttpProxyStory, HaproxyClosesTheClientsConnectionSoThatItMayRepeatByItself) {
  const std::string traffic =
      R"({"at": "1s", "answer": {}}, {"at": "6023ms", "answer": {}, "repeatable": true})";
  const ScenarioStory story = story_of({R"(, "on_lost": "close-unless-first")", "", traffic});
  EXPECT_EQ(asked(story).answered, 2u);
  EXPECT_EQ(asked(story).refused(), 0u);
  EXPECT_EQ(asked(story).repeated, 1u);  // by the client, over another connection
}

TEST(HttpProxyStory, OfAFirstRequestHaproxysClientSees502) {
  // The client opens a connection for each request; the proxy keeps its own.
  const Parts parts{R"(, "on_lost": "close-unless-first")", R"(, "version": "1.0")",
                    R"({"at": "1s", "answer": {}}, {"at": "6003ms", "answer": {}})"};
  // Asked at 6.003, connected at 6.023, at the proxy at 6.033.
  EXPECT_EQ(errors(story_of(parts), 502), 1u);
  Parts safe = parts;
  safe.proxy += R"(, "reuse": "safe")";
  EXPECT_EQ(asked(story_of(safe)).answered, 2u);
}

TEST(HttpProxyStory, ASlowAnswerIs504AndTheClientsConnectionLivesOn) {
  const auto slow = [](const std::string& after) {
    return story_of(
        {R"(, "response_timeout": "5s")", "",
         R"({"at": "1s", "answer": {"after": ")" + after + R"("}}, {"at": "30s", "answer": {}})"});
  };
  const ScenarioStory in_time = slow("4990ms");
  EXPECT_EQ(asked(in_time).answered, 2u);
  const ScenarioStory late = slow("5010ms");
  EXPECT_EQ(errors(late, 504), 1u);
  EXPECT_EQ(asked(late).answered, 1u);
  EXPECT_EQ(late.client("web").reconnects, 0u);
  EXPECT_EQ(late.connection("web").blame.timer, "response_timeout");
}

TEST(HttpProxyStory, AServerThatIsNotThereIs502OrAfterTheConnectTimeout504) {
  const ScenarioStory refused =
      story_of({"", "", R"({"at": "1s", "answer": {}})", R"(, "listen": false)"});
  EXPECT_EQ(errors(refused, 502), 1u);
  const std::string cut = R"({"title": "t", "duration": "1m", "path": [{"link": {}},
    {"proxy": {"name": "lb", "mode": "http", "connect_timeout": "4s"}},
    {"link": {"name": "line", "delay": "1ms"}}],
    "connections": [{"name": "web", "strategy": "http",
                     "traffic": [{"at": "1s", "answer": {}}]}],
    "events": [{"cut": "line", "at": "0s", "for": "1m"}]})";
  const ScenarioStory silent(cut);
  EXPECT_EQ(errors(silent, 504), 1u);
  EXPECT_EQ(silent.connection("web").lost_requests.front().at, kStart + 5s);
}

TEST(HttpProxyStory, AnIdleClientIsClosedAndOpensAnotherConnectionForItsNextRequest) {
  const auto second = [](const std::string& at) {
    return story_of({R"(, "keep_alive_timeout": "10s")", R"(, "keep_alive_timeout": "1m")",
                     R"({"at": "1s", "answer": {}}, {"at": ")" + at + R"(", "answer": {}})"});
  };
  // The answer leaves the proxy at 1.034.
  EXPECT_EQ(second("11020ms").client("web").reconnects, 0u);
  EXPECT_EQ(second("11050ms").client("web").reconnects, 1u);
  EXPECT_EQ(asked(second("11030ms")).answered, 1u);  // crosses its FIN
}

TEST(HttpProxyStory, TheLastRequestOfAConnectionIsAnsweredWithClose) {
  const std::string traffic = R"({"at": "1s", "every": "1s", "until": "10s", "answer": {}})";
  const ScenarioStory limited = story_of({R"(, "keep_alive_requests": 4)", "", traffic});
  EXPECT_EQ(asked(limited).answered, 9u);
  EXPECT_EQ(limited.client("web").reconnects, 2u);
  const ScenarioStory aged = story_of({R"(, "keep_alive_time": "2900ms")", "", traffic});
  EXPECT_EQ(asked(aged).answered, 9u);
  // 1, 2, 3 and 4, more than 2.9 s after the connection was accepted at 1.030; likewise 5 to 8.
  EXPECT_EQ(aged.client("web").reconnects, 2u);
}

// How often the proxy connects shows in what the server's side of the connection reads.
TEST(HttpProxyStory, ThePoolSavesConnectionsToTheServer) {
  const std::string traffic = R"({"at": "1s", "every": "1s", "until": "9s", "answer": {}})";
  const auto server_packets = [&](const std::string& proxy) {
    const ScenarioStory story = story_of({proxy, "", traffic});
    EXPECT_EQ(asked(story).answered, 8u) << proxy;
    const auto kind = static_cast<std::size_t>(PacketKind::SynAck);
    return story.server("web").counters.sent_by_kind[kind];
  };
  EXPECT_EQ(server_packets(""), 1u);
  EXPECT_EQ(server_packets(R"(, "pool_requests": 3)"), 3u);
  EXPECT_EQ(server_packets(R"(, "pool_idle_timeout": "500ms")"), 8u);
  EXPECT_EQ(server_packets(R"(, "pool_time": "2s")"), 3u);
}

TEST(HttpProxyStory, ARequestOfAClientThatLeavesIsAbandonedOrServedAllTheSame) {
  const auto story = [](const std::string& proxy) {
    return story_of({proxy, "", R"({"at": "1s", "answer": {"after": "9s"}, "give_up": "3s"},
                                   {"at": "30s", "answer": {}})"});
  };
  EXPECT_EQ(story("").server("web").messages.sent, 1u);
  EXPECT_EQ(story(R"(, "abort_on_close": false)").server("web").messages.sent, 2u);
}

TEST(HttpProxyStory, TwoProxiesNameTheHopThatClosedFirst) {
  const ScenarioStory story(
      R"({"title": "two", "duration": "3m", "path": [{"link": {"delay": "10ms"}},
    {"proxy": {"name": "alb", "mode": "http", "pool_size": 8}}, {"link": {"delay": "5ms"}},
    {"proxy": {"name": "nginx", "mode": "http", "keep_alive_timeout": "5s"}}, {"link": {}}],
    "connections": [{"name": "web", "strategy": "http",
      "traffic": [{"at": "1s", "answer": {}}, {"at": "6035ms", "answer": {}}]}]})");
  ASSERT_EQ(story.connection("web").lost_requests.size(), 1u);
  EXPECT_EQ(story.connection("web").lost_requests.front().hop, "alb");
  EXPECT_EQ(story.connection("web").lost_requests.front().peer, "nginx");
}

TEST(HttpProxyStory, AWebSocketThroughTheSameProxyIsATunnel) {
  const ScenarioStory story(R"({"title": "tunnel", "duration": "10m", "path": [{"link": {}},
    {"proxy": {"name": "lb", "mode": "http", "idle_timeout": "60s", "keep_alive_timeout": "5s"}}],
    "connections": [{"name": "ws", "strategy": {"keepalive": {"interval": "50s"}}}]})");
  EXPECT_TRUE(held(story.connection("ws")));
}

TEST(HttpProxyStory, PassingOverSteadyStatesChangesNothing) {
  // The third and the fourth open a connection for each request, whose port is always another.
  for (const std::string every : {"4s", "4900ms", "5023ms", "7s"}) {
    const bool repeats = every == "4s" || every == "4900ms";
    const std::string text = R"({"title": "steady", "duration": ")" +
                             std::string(repeats ? "2d" : "1h") + R"(",
        "path": [{"link": {"delay": "10ms"}},
        {"proxy": {"name": "lb", "mode": "http", "pool_size": 8, "keep_alive_timeout": "6s"}},
        {"link": {"delay": "1ms"}}],
        "connections": [{"name": "web", "strategy": {"http": {"max_keep_alive_requests": 0}},
          "traffic": [{"at": "1s", "every": ")" +
                             every + R"(", "answer": {"after": "50ms"}, "repeatable": true}]}]})";
    const Beside both = expect_same(text);
    if (repeats) {
      EXPECT_GT(both.skipped, both.events / 2) << every;
    }
  }
}

}  // namespace
}  // namespace stayalive
