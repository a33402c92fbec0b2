// SPDX-License-Identifier: Apache-2.0
// Connections inside of TLS, over a wire of 100 ms there and back.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "run/beside.h"
#include "run/held.h"
#include "support/scenario_story.h"

namespace stayalive {
namespace {

// Each request has a connection of its own.
std::string tls(const std::string& value, const std::string& traffic, const std::string& more = {},
                const std::string& http = R"("connection": "close", "linger": "0s")") {
  return R"({"title": "tls", "duration": "20m", "late_after": "30s", "path": [{"link": {"name":
    "line", "delay": "50ms"}}], "connections": [{"name": "web", "strategy": {"http": {)" +
         http + "}}" + (value.empty() ? "" : R"(, "tls": )" + value) + R"(, "traffic": [)" +
         traffic + "]}]" + more + "}";
}

std::string at(const std::string& first, const std::string& second) {
  return R"({"at": ")" + first + R"(", "answer": {}}, {"at": ")" + second + R"(", "answer": {}})";
}

constexpr const char* kTwo = R"({"at": "0s", "answer": {}}, {"at": "10s", "answer": {}})";

const SideCounters& client_counters(const ScenarioStory& story) {
  return story.client("web").counters;
}

Duration page_load(const std::string& tls, const std::string& http = "") {
  const ScenarioStory story(R"({"duration": "1m", "path": [{"link": {"delay": "50ms"}}],
    "connections": [{"name": "web", "strategy": {"http": {)" +
                            http + "}}" + tls + R"(, "page": {"resources": 1, "size": 500}}]})");
  return story.connection("web").session->figures.pages.first_load;
}

TEST(TlsStory, CostsOneRoundTripAndBefore13Two) {
  EXPECT_EQ(page_load(""), 200ms);
  EXPECT_EQ(page_load(R"(, "tls": "1.3")"), 300ms);
  EXPECT_EQ(page_load(R"(, "tls": "1.2")"), 400ms);
  EXPECT_EQ(page_load(R"(, "tls": "1.3")", R"("version": "2")"), 300ms);
}

TEST(TlsStory, AChainLongerThanTenSegmentsCostsOneMore) {
  EXPECT_EQ(page_load(R"(, "tls": {"certificate_bytes": 12000})"), 300ms);
  EXPECT_EQ(page_load(R"(, "tls": {"certificate_bytes": 16000})"), 400ms);
}

TEST(TlsStory, TheSecondConnectionResumesTheSessionOfTheFirst) {
  const ScenarioStory both(tls(R"("1.2")", kTwo));
  EXPECT_EQ(client_counters(both).tls_handshakes, 2u);
  EXPECT_EQ(client_counters(both).tls_resumed, 1u);
  EXPECT_EQ(client_counters(both).tls_round_trips, 3u);
  EXPECT_EQ(both.client("web").messages.answered, 2u);
  const ScenarioStory never(tls(R"({"version": "1.2", "resumption": false})", kTwo));
  EXPECT_EQ(client_counters(never).tls_resumed, 0u);
  EXPECT_EQ(client_counters(never).tls_round_trips, 4u);
}

// The session is given at 300 ms with the server's Finished, and offered 100 ms after the SYN.
TEST(TlsStory, ASessionIsResumedUntilItsTimeoutAndNotAtIt) {
  const auto resumed = [](const std::string& second) {
    const ScenarioStory story(tls(R"("1.2")", at("0s", second)));
    return client_counters(story).tls_resumed;
  };
  EXPECT_EQ(resumed("300199ms"), 1u);
  EXPECT_EQ(resumed("300200ms"), 0u);
}

TEST(TlsStory, ThePlacesOfAPageShareASession) {
  const ScenarioStory story(R"({"duration": "1m", "path": [{"link": {"delay": "50ms"}}],
    "connections": [{"name": "web", "strategy": "http", "tls": "1.3",
                     "page": {"document": 500, "resources": 6, "connections": 6}}]})");
  EXPECT_EQ(client_counters(story).tls_handshakes, 6u);
  EXPECT_EQ(client_counters(story).tls_resumed, 5u);
  EXPECT_EQ(story.connection("web").session->round_trips(), 6u + 6u + 7u);
}

TEST(TlsStory, AnOutageDuringTheHandshakeDelaysItOnly) {
  // The ClientHello, on its way at 100 ms, is lost.
  const ScenarioStory story(tls(R"("1.3")", R"({"at": "0s", "answer": {}})",
                                R"(, "events": [{"at": "90ms", "cut": "line", "for": "100ms"}])"));
  EXPECT_EQ(client_counters(story).tls_handshakes, 1u);
  EXPECT_EQ(story.client("web").messages.answered, 1u);
}

bool said_at(const SideReport& side, TimePoint when, const std::string& what) {
  return std::ranges::any_of(
      side.timeline, [&](const Transition& its) { return its.at == when && its.said == what; });
}

// TCP is open at 100 ms at the client and at 150 ms at the server.
TEST(TlsStory, AHandshakeThatNeverEndsIsGivenUpByEachEndAfterItsTimeout) {
  const ScenarioStory story(tls(R"({"client_timeout": "10s", "server_timeout": "1m"})",
                                R"({"at": "0s", "answer": {}})",
                                R"(, "events": [{"at": "120ms", "cut": "line"}])"));
  EXPECT_EQ(client_counters(story).tls_handshakes, 0u);
  EXPECT_EQ(story.client("web").messages.answered, 0u);
  EXPECT_EQ(story.client("web").messages.failed, 1u);
  EXPECT_TRUE(said_at(story.client("web"), kStart + 100ms + 10s, "no TLS within 10s"));
  EXPECT_EQ(story.server("web").message, "no TLS within 1m");
}

TEST(TlsStory, AKeepaliveInsideOfItHoldsAsInTheClear) {
  for (const char* value : {"", R"(, "tls": "1.2")"}) {
    const ScenarioStory story(fmt::format(
        R"({{"duration": "1h", "path": [{{"middlebox": {{"name": "box", "profile":
          "linux-conntrack", "timeouts": {{"tcp.established": "60s"}}}}}}],
          "connections": [{{"name": "web",
                            "strategy": {{"keepalive": {{"interval": "50s"}}}}{}}}]}})",
        value));
    EXPECT_TRUE(held(story.connection("web"))) << value;
  }
}

TEST(TlsStory, RunsTheSameWhenWhatRepeatsItselfIsPassedOver) {
  for (const char* value : {R"("1.2")", R"("1.3")", R"({"session_timeout": "30s"})"}) {
    expect_same(tls(value, R"({"at": "1s", "every": "40s", "answer": {}})"));
    std::string kept = tls(value, R"({"at": "1s", "every": "3s", "answer": {}})", "",
                           R"("max_keep_alive_requests": 0)");
    kept.replace(kept.find("20m"), 3, "20h");
    EXPECT_GT(expect_same(kept).skipped, 0u) << value;
  }
  const Beside pings = expect_same(R"({"duration": "20h", "path": [{"link": {"delay": "9ms"}}],
    "connections": [{"tls": "1.3", "strategy": {"keepalive": {"interval": "50s"}}}]})");
  EXPECT_GT(pings.skipped, pings.events / 2);
}

}  // namespace
}  // namespace stayalive
