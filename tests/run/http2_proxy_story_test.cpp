// SPDX-License-Identifier: Apache-2.0
// A client's TLS and HTTP/2 end at a proxy, which asks the server over HTTP/1: 20 ms there and back
// to the proxy, 2 ms from there to the server.
#include <gtest/gtest.h>

#include <string>

#include "run/beside.h"
#include "run/held.h"
#include "support/scenario_story.h"

namespace stayalive {
namespace {

struct ProxiedParts {
  std::string proxy{};    // values of the proxy
  std::string options{};  // of http
  std::string traffic;    // of the client
  std::string more{};     // keys of the connection
  std::string behind{};   // hops between the proxy and the server
};

std::string text_of_proxied(const ProxiedParts& parts) {
  return R"({"title": "http/2 to a proxy", "duration": "10m", "path": [{"link": {"delay": "10ms"}},
    {"proxy": {"name": "lb", "mode": "http", "pool_size": 8)" +
         parts.proxy + R"(}}, {"link": {"delay": "1ms"}})" + parts.behind + R"(],
    "connections": [{"name": "web", "strategy": {"http": {"version": "2", "linger": "0s")" +
         parts.options + R"(}}, "traffic": [)" + parts.traffic + "]" + parts.more + "}]}";
}

ScenarioStory proxied_story(const ProxiedParts& parts) {
  return ScenarioStory(text_of_proxied(parts));
}

const MessageCounters& asked_there(const ScenarioStory& story) {
  return story.client("web").messages;
}

std::uint64_t errors_there(const ScenarioStory& story, std::uint16_t status) {
  return asked_there(story).errors[error_index(status)];
}

std::string at_once(int requests, const std::string& answer) {
  std::string all;
  for (int i = 0; i < requests; ++i)
    all += std::string(i == 0 ? "" : ", ") + R"({"at": "1s", "answer": {)" + answer + "}}";
  return all;
}

// 1.000 asked and opened, 1.030 at the proxy, 1.033 at the server after the handshake there.
TEST(Http2Proxy, StreamsAreAskedSideBySideEachOnAConnectionOfItsOwn) {
  const std::string three = at_once(3, R"("after": "1s")");
  const ScenarioStory story = proxied_story({.traffic = three});
  EXPECT_EQ(asked_there(story).answered, 3u);
  EXPECT_TRUE(held(story.connection("web")));
  const ScenarioStory patient =
      proxied_story({.traffic = R"({"at": "1s", "answer": {"after": "1s"}, "give_up": "1044ms"},
                              {"at": "1s", "answer": {"after": "1s"}, "give_up": "1044ms"})"});
  EXPECT_EQ(asked_there(patient).answered, 0u)
      << "1.000 + 30 + 3 + 1000 + 11 ms is the very instant";
  const ScenarioStory enough =
      proxied_story({.traffic = R"({"at": "1s", "answer": {"after": "1s"}, "give_up": "1045ms"},
                              {"at": "1s", "answer": {"after": "1s"}, "give_up": "1045ms"})"});
  EXPECT_EQ(asked_there(enough).answered, 2u);
}

TEST(Http2Proxy, AStreamThatIsAnsweredWith504LeavesTheOthersAndTheConnectionAlone) {
  const ScenarioStory story = proxied_story(
      {.proxy = R"(, "response_timeout": "2s")",
       .traffic =
           R"({"at": "1s", "answer": {"after": "3s"}}, {"at": "1s", "answer": {"after": "1s"}},
                     {"at": "9s", "answer": {}})"});
  EXPECT_EQ(errors_there(story, 504), 1u);
  EXPECT_EQ(asked_there(story).answered, 2u);
  EXPECT_EQ(story.client("web").outcome, Outcome::Alive);
}

// The proxy has the answer at 1.034; the next request has to be there before 76.034.
TEST(Http2Proxy, AfterItsKeepAliveTimeoutTheProxySaysGoawayAndCloses) {
  for (const auto& [next, opened] : {std::pair{"76023ms", 1u}, std::pair{"76025ms", 2u}}) {
    const ScenarioStory story =
        proxied_story({.proxy = R"(, "keep_alive_timeout": "75s")",
                       .traffic = R"({"at": "1s", "answer": {}}, {"at": ")" + std::string(next) +
                                  R"(", "answer": {}})"});
    EXPECT_EQ(asked_there(story).answered, 2u) << next;
    EXPECT_EQ(story.client("web").reconnects + 1, opened) << next;
  }
}

TEST(Http2Proxy, TheRequestOfTheLastNumberIsServedAndTheRestGoesToANewConnection) {
  const ScenarioStory two =
      proxied_story({.proxy = R"(, "keep_alive_requests": 2)", .traffic = at_once(2, "")});
  EXPECT_EQ(asked_there(two).answered, 2u);
  EXPECT_EQ(two.client("web").outcome, Outcome::Closed);
  const ScenarioStory three =
      proxied_story({.proxy = R"(, "keep_alive_requests": 3)", .traffic = at_once(2, "")});
  EXPECT_EQ(asked_there(three).answered, 2u);
  EXPECT_EQ(three.client("web").outcome, Outcome::Alive);
}

TEST(Http2Proxy, AClientThatLeavesEndsAllItsRequestsAtTheServer) {
  const auto left = [](const std::string& abort) {
    return ScenarioStory(R"({"title": "leaves", "duration": "1m", "path": [{"link": {}},
      {"proxy": {"name": "lb", "mode": "http", "pool_size": 8, "abort_on_close": )" +
                         abort + R"(}}], "connections": [{"name": "web",
        "strategy": {"http": {"version": "2"}}, "traffic": [)" +
                         at_once(2, R"("after": "5s")") + R"(]}],
      "events": [{"kill": "web", "side": "client", "at": "3s"}]})");
  };
  EXPECT_EQ(left("true").server("web").messages.unsent, 2u) << "its connections were closed";
  EXPECT_EQ(left("false").server("web").messages.unsent, 0u) << "it answers for nobody";
}

TEST(Http2Proxy, OnlyTheNearestProxyEndsTlsAndTheNextSpeaksHttp1) {
  const ScenarioStory story = proxied_story(
      {.traffic = at_once(3, ""),
       .more = R"(, "tls": "1.3")",
       .behind = R"(, {"proxy": {"name": "nginx", "mode": "http", "pool_size": 8}})"});
  EXPECT_EQ(asked_there(story).answered, 3u);
  EXPECT_EQ(story.client("web").counters.tls_handshakes, 1u);
  EXPECT_EQ(story.client("web").counters.tls_round_trips, 1u) << "with the nearest proxy alone";
}

TEST(Http2Proxy, TlsAroundHttp1EndsAtTheProxyToo) {
  const ScenarioStory story(R"({"title": "tls", "duration": "10m", "path": [
    {"link": {"delay": "10ms"}}, {"proxy": {"name": "lb", "mode": "http", "pool_size": 8,
    "keep_alive_timeout": "75s"}}, {"link": {"delay": "1ms"}}],
    "connections": [{"name": "web", "strategy": "http", "tls": "1.2",
      "traffic": [{"at": "1s", "answer": {}}, {"at": "2s", "answer": {}}]}]})");
  EXPECT_EQ(asked_there(story).answered, 2u);
  EXPECT_EQ(story.client("web").outcome, Outcome::Closed) << "by the proxy, after 75 s";
}

TEST(Http2Proxy, APassedOverRunIsTheFullRun) {
  const std::string two = R"({"at": "1s", "every": "4s", "answer": {"after": "100ms"}},
                             {"at": "1s", "every": "4s", "answer": {"after": "2s"}})";
  for (const char* tls : {"", R"(, "tls": "1.3")", R"(, "tls": "1.2")"}) {
    std::string lasting = text_of_proxied(
        {.options = R"(, "max_keep_alive_requests": 0)", .traffic = two, .more = tls});
    lasting.replace(lasting.find("10m"), 3, "20h");
    EXPECT_GT(expect_same(lasting).skipped, 0u) << tls;
    // Where connections are opened anew, with another port each, nothing repeats itself.
    for (const char* proxy : {R"(, "keep_alive_timeout": "1s")", R"(, "keep_alive_requests": 5)",
                              R"(, "keep_alive_time": "1m")", R"(, "pool_idle_timeout": "1s")"})
      expect_same(text_of_proxied({.proxy = proxy, .traffic = two, .more = tls}));
  }
}

}  // namespace
}  // namespace stayalive
