// SPDX-License-Identifier: Apache-2.0
// HTTP/2 over a wire of 20 ms there and back.
#include <gtest/gtest.h>

#include <string>

#include "run/beside.h"
#include "run/held.h"
#include "support/scenario_story.h"

namespace stayalive {
namespace {

std::string http2_with(const std::string& version, const std::string& options,
                       const std::string& traffic, const std::string& more = {},
                       const std::string& path = {}) {
  return R"({"title": "http2", "duration": "10m", "path": [{"link": {"name": "line", "delay":
    "10ms"}})" +
         path + R"(], "connections": [{"name": "web", "strategy": {"http": {"version": ")" +
         version + "\"" + options + R"(}}, "traffic": [)" + traffic + "]}]" + more + "}";
}

std::string http2(const std::string& options, const std::string& traffic,
                  const std::string& more = {}, const std::string& path = {}) {
  return http2_with("2", options, traffic, more, path);
}

std::string http2_page(const std::string& options, const std::string& page) {
  return R"({"duration": "1m", "path": [{"link": {"delay": "10ms"}}], "connections": [{"name":
    "web", "strategy": {"http": {"version": "2")" +
         options + R"(}}, "page": )" + page + "}]}";
}

constexpr const char* kOnce = R"({"at": "1s", "answer": {}})";

// The server's GOAWAY leaves 5 s after its answer, at 6.03 s, and is at the client at 6.04 s.
TEST(Http2Story, WhatCrossesTheGoawayIsSentAgainAlthoughItMayNotBeCarriedOutTwice) {
  const auto answered = [](const std::string& version, const std::string& second) {
    const ScenarioStory story(http2_with(
        version, "", std::string(kOnce) + R"(, {"at": ")" + second + R"(", "answer": {}})"));
    return story.client("web").messages;
  };
  EXPECT_EQ(answered("2", "6019ms").repeated, 0u);  // there before the timeout
  EXPECT_EQ(answered("2", "6021ms").repeated, 1u);  // there after it
  EXPECT_EQ(answered("2", "6021ms").answered, 2u);
  EXPECT_EQ(answered("2", "6039ms").answered, 2u);
  EXPECT_EQ(answered("2", "6041ms").repeated, 0u);  // over a new connection at once
  EXPECT_EQ(answered("1.1", "6021ms").answered, 1u) << "which the client of HTTP/1 cannot know";
}

TEST(Http2Story, ALostRequestThatTheServerHasNotServedIsSaidToBeUnserved) {
  const ScenarioStory story(
      http2(R"(, "linger": "0s")", std::string(kOnce) + R"(, {"at": "6030ms", "answer": {}})"));
  ASSERT_EQ(story.connection("web").lost_requests.size(), 1u);
  const LostRequestReport& lost = story.connection("web").lost_requests.front();
  EXPECT_EQ(lost.why, LostRequest::Why::Unserved);
  EXPECT_EQ(lost.asked_at, kStart + 6030ms);
  EXPECT_TRUE(lost.repeated);
  EXPECT_FALSE(lost.repeatable);
  EXPECT_EQ(story.server("web").messages.delivered, 2u) << "the answers";
  EXPECT_EQ(story.client("web").messages.duplicate, 0u);
}

// 20 ms TCP, 20 ms the document, 20 ms all others at once.
TEST(Http2Story, APageTakesOneConnectionAndItsResourcesOneRoundTrip) {
  const ScenarioStory story(http2_page("", R"({"document": 1000, "resources": 20, "size": 500})"));
  const SessionReport& page = *story.connection("web").session;
  EXPECT_EQ(page.figures.pages.first_load, 60ms);
  EXPECT_EQ(page.sums.opened, 1u);
  EXPECT_EQ(page.round_trips(), 3u);
  EXPECT_EQ(page.sums.carried, 21u);
}

TEST(Http2Story, TheServersLimitOfStreamsMakesTheOthersWaitOnTheSameConnection) {
  const std::string page = R"({"resources": 6, "size": 500, "connections": 6})";
  const ScenarioStory two(http2_page(R"(, "max_concurrent_streams": 2)", page));
  EXPECT_EQ(two.connection("web").session->figures.pages.first_load, 80ms);
  EXPECT_EQ(two.connection("web").session->sums.opened, 1u);
  const ScenarioStory six(http2_page(R"(, "max_concurrent_streams": 6)", page));
  EXPECT_EQ(six.connection("web").session->figures.pages.first_load, 40ms);
}

// Five streams a connection: what comes behind them is handed back and goes over the next.
TEST(Http2Story, AServerOfFewRequestsServesAPageOverSeveralConnections) {
  const ScenarioStory story(http2_page(R"(, "max_keep_alive_requests": 4)",
                                       R"({"resources": 12, "size": 500, "connections": 2})"));
  const SessionReport& page = *story.connection("web").session;
  EXPECT_EQ(page.figures.pages.loaded, 1u);
  EXPECT_EQ(page.figures.pages.failed, 0u);
  EXPECT_EQ(page.sums.opened, 3u);
  EXPECT_EQ(page.sums.answered, 12u);
  EXPECT_EQ(page.sums.repeated, 9u) << "7 behind the first five, and 2 behind the next";
  EXPECT_EQ(story.client("web").messages.duplicate, 0u);
}

const char* const kBox = R"(, {"middlebox": {"name": "box", "profile": "linux-conntrack",
  "timeouts": {"tcp.established": "60s"}, "netfilter": {"tcp_loose": false}}})";
constexpr const char* kLongLived = R"(, "keep_alive_timeout": "1h", "max_keep_alive_requests": 0)";

TEST(Http2Story, PingsKeepABoxAwakeWhenTheyComeSoonerThanItsTimeout) {
  const auto its = [](const std::string& interval) {
    return ScenarioStory(
        http2(kLongLived + (R"(, "ping_interval": ")" + interval + "\""), kOnce, "", kBox));
  };
  EXPECT_TRUE(held(its("55s").connection("web")));
  EXPECT_GT(its("55s").client("web").counters.keepalives, 8u);
  EXPECT_TRUE(its("65s").client("web").forgotten_at.has_value());
  EXPECT_TRUE(its("0s").client("web").forgotten_at.has_value());
}

// The last answer is there at 1.04 s; PING at 31.04 s, and 15 s later the client gives up.
TEST(Http2Story, AnUnansweredPingEndsTheConnection) {
  const auto gives_up = [](const std::string& options, Duration at) {
    const ScenarioStory story(
        http2(kLongLived + options, kOnce, R"(, "events": [{"at": "10s", "cut": "line"}])"));
    EXPECT_TRUE(close_to(story.client("web").noticed_at, kStart + at, 0ns));
  };
  gives_up(R"(, "ping_interval": "30s")", 1040ms + 45s);
  gives_up(R"(, "ping_interval": "30s", "ping_timeout": "3s")", 1040ms + 33s);
}

TEST(Http2Story, AServersPingsNoticeAClientThatIsGone) {
  const ScenarioStory story(http2(kLongLived + std::string(R"(, "server_ping_interval": "30s",
      "server_ping_timeout": "5s")"),
                                  kOnce, R"(, "events": [{"at": "10s", "crash": "client"}])"));
  // The client's acknowledgment of SETTINGS, behind its request, is the last that it hears.
  EXPECT_TRUE(close_to(story.server("web").noticed_at, kStart + 1050ms + 35s, 20ms));
}

TEST(Http2Story, PingsPutTheServersTimeoutOffOnlyWhereItLetsThem) {
  const auto open_at_the_end = [](const std::string& options) {
    const ScenarioStory story(http2(R"(, "ping_interval": "2s")" + options, kOnce));
    return story.server("web").outcome == Outcome::Alive;
  };
  EXPECT_FALSE(open_at_the_end(""));
  EXPECT_TRUE(open_at_the_end(R"(, "pings_prolong": true)"));
}

// The first PING is good, three more are strikes, of which two are tolerated.
TEST(Http2Story, AServerThatFindsThePingsTooManySaysSoAtTheFourth) {
  const auto pings = [](const std::string& options) {
    return ScenarioStory(http2(kLongLived + (R"(, "ping_interval": "10s")" + options), kOnce));
  };
  const ScenarioStory grpc = pings(R"(, "min_ping_interval": "5m")");
  EXPECT_EQ(grpc.client("web").message, "the server says: too many pings");
  EXPECT_TRUE(close_to(grpc.client("web").noticed_at, kStart + 41s + 120ms, 20ms));
  EXPECT_EQ(grpc.client("web").counters.keepalives, 4u);
  EXPECT_TRUE(held(pings(R"(, "min_ping_interval": "10s")").connection("web")));
  EXPECT_TRUE(
      held(pings(R"(, "min_ping_interval": "5m", "max_ping_strikes": 1000)").connection("web")));
  EXPECT_FALSE(held(pings(R"(, "min_idle_ping_interval": "2h")").connection("web")));
}

TEST(Http2Story, AClientWhosePingsWereTooManyHalvesThemOnTheNextConnection) {
  const std::string traffic = std::string(kOnce) + R"(, {"at": "1m", "answer": {}})";
  const ScenarioStory story(
      http2(kLongLived + std::string(R"(, "ping_interval": "10s", "min_ping_interval": "20s",
        "max_ping_strikes": 0)"),
            traffic));
  EXPECT_EQ(story.client("web").reconnects, 1u);
  EXPECT_EQ(story.client("web").outcome, Outcome::Alive);
}

// An answer that takes long is waited for with PINGs; without one there are none.
TEST(Http2Story, ThePingsOfGrpcNeedAStream) {
  const std::string options = kLongLived + std::string(R"(, "ping_interval": "10s")");
  const std::string slow = R"({"at": "1s", "answer": {"after": "35s"}})";
  const auto keepalives = [&](const std::string& more) {
    return ScenarioStory(http2(options + more, slow)).client("web").counters.keepalives;
  };
  EXPECT_EQ(keepalives(R"(, "ping_without_streams": false)"), 3u);
  EXPECT_GT(keepalives(""), 50u);
}

TEST(Http2Story, RunsTheSameWhenWhatRepeatsItselfIsPassedOver) {
  const std::string every = R"({"at": "1s", "every": "40s", "answer": {"after": "3s"}})";
  const std::string idle = R"({"at": "1s", "every": "7s", "answer": {}})";
  const std::string busy = R"({"at": "1s", "every": "3s", "answer": {}})";
  for (const std::string& options :
       {kLongLived + std::string(R"(, "ping_interval": "11s", "min_ping_interval": "5s")"),
        kLongLived + std::string(R"(, "ping_interval": "9s", "ping_without_streams": false)"),
        kLongLived + std::string(R"(, "ping_interval": "9s", "ping_put_off": false,
          "server_ping_interval": "13s")")}) {
    std::string text = http2(options, every);
    text.replace(text.find("10m"), 3, "20h");
    EXPECT_GT(expect_same(text).skipped, 0u) << options;
  }
  std::string kept = http2(R"(, "max_keep_alive_requests": 0)", busy);
  kept.replace(kept.find("10m"), 3, "20h");
  EXPECT_GT(expect_same(kept).skipped, 0u);
  // Where each request has a connection of its own, nothing repeats itself.
  for (const std::string& options : {std::string(), std::string(R"(, "linger": "0s")"),
                                     std::string(R"(, "max_keep_alive_requests": 3)")})
    expect_same(http2(options, idle));
  expect_same(http2_page(R"(, "max_keep_alive_requests": 4)",
                         R"({"document": 900, "resources": 12, "every": "10s"})"));
}

}  // namespace
}  // namespace stayalive
