// SPDX-License-Identifier: Apache-2.0
// A client that opens another connection after it has lost or closed one.
#include <gtest/gtest.h>

#include <string>

#include "run/held.h"
#include "support/scenario_story.h"

namespace stayalive {
namespace {

// Through a balancer that forgets after `timeout` of silence and resets whoever comes later, 10 ms
// each way; `more`: keys of the connection.
std::string behind_a_balancer(const std::string& timeout, const std::string& more,
                              const std::string& duration = "20m") {
  return R"({"title": "reconnect", "duration": ")" + duration + R"(",
    "path": [{"middlebox": {"name": "box", "profile": "aws-nlb",
                            "timeouts": {"tcp.established": ")" +
         timeout + R"("}}}, {"link": {"delay": "10ms"}}],
    "connections": [{"name": "c", )" +
         more + "}]}";
}

const MessageCounters& asked_by_client(const ScenarioStory& story) {
  return story.client("c").messages;
}

TEST(Reconnect, AServerThatClosesIdleConnectionsCostsNoRequestOfAClientThatOpensAnother) {
  const ScenarioStory story(behind_a_balancer("350s", R"("close_when_idle": {"server": "30s"},
      "reconnect": {"when": "next-message"},
      "traffic": [{"every": "1m", "answer": {"after": "50ms"}}])"));
  // 0:30.01 the server closes; 1:00 the first request opens the second connection, and so on.
  EXPECT_EQ(asked_by_client(story).answered, 19u);
  EXPECT_EQ(asked_by_client(story).unsent, 0u);
  EXPECT_EQ(story.client("c").reconnects, 19u);
  EXPECT_EQ(story.client("c").losses, 0u);
  EXPECT_TRUE(held(story.connection("c")));
  EXPECT_EQ(story.client("c").outcome, Outcome::Closed);
}

// 1:30 the box forgets, 2:00 it resets the client, which opens another connection through the
// proxy. What the proxy had for the first one is idle for 5 min then, and ends: that is nobody's
// loss.
TEST(Reconnect, WhatAProxyKeptOfTheFirstConnectionEndsUnnoticed) {
  const ScenarioStory story(R"({"title": "reconnect", "duration": "20m",
    "path": [{"middlebox": {"name": "box", "profile": "aws-nlb"}},
             {"proxy": {"name": "proxy", "idle_timeout": "5m"}}, {"link": {"delay": "10ms"}}],
    "connections": [{"name": "c", "reconnect": {"when": "at-once"},
                     "traffic": [{"every": "1m", "answer": {"after": "50ms"}}]}],
    "events": [{"at": "90s", "flush": "box"}]})");
  EXPECT_EQ(story.client("c").losses, 1u);
  EXPECT_EQ(asked_by_client(story).answered, 18u) << "of 19";
  for (const SideReport* side : {&story.client("c"), &story.server("c")}) {
    EXPECT_EQ(side->outcome, Outcome::Alive);
    EXPECT_LT(side->blackhole, 1min);
  }
}

TEST(Reconnect, WithoutItTheSameClientSendsNothingMore) {
  const ScenarioStory story(behind_a_balancer("350s", R"("close_when_idle": {"server": "30s"},
      "traffic": [{"every": "1m", "answer": {"after": "50ms"}}])"));
  EXPECT_EQ(asked_by_client(story).answered, 0u);
  EXPECT_EQ(asked_by_client(story).unsent, 19u);
}

// 8:00 the request meets the RST of a box that forgot at 5:50.
std::string late_request(const std::string& reconnect, const std::string& traffic = {}) {
  return behind_a_balancer(
      "350s", R"("reconnect": {"when": "next-message")" + reconnect +
                  R"(}, "traffic": [{"every": "8m", "answer": {"after": "50ms"})" + traffic + "}]");
}

TEST(Reconnect, TheRequestThatMetTheResetIsLostUnlessItMayBeRepeated) {
  // 16:00 the second request opens the second connection.
  EXPECT_EQ(asked_by_client(ScenarioStory(late_request(""))).answered, 1u);
  const ScenarioStory not_marked(late_request(R"(, "repeat": "repeatable")"));
  EXPECT_EQ(asked_by_client(not_marked).answered, 1u);
  EXPECT_EQ(asked_by_client(not_marked).repeated, 0u);
  const ScenarioStory marked(
      late_request(R"(, "repeat": "repeatable")", R"(, "repeatable": true)"));
  EXPECT_EQ(asked_by_client(marked).answered, 2u);
  EXPECT_EQ(asked_by_client(marked).repeated, 2u);
  EXPECT_EQ(asked_by_client(marked).duplicate, 0u);
  const ScenarioStory everything(late_request(R"(, "repeat": "everything")"));
  EXPECT_EQ(asked_by_client(everything).answered, 2u);
}

TEST(Reconnect, ALossIsNoOrderlyClose) {
  const ScenarioStory story(late_request(R"(, "repeat": "everything")"));
  EXPECT_EQ(story.client("c").losses, 2u);
  EXPECT_FALSE(held(story.connection("c")));
}

TEST(Reconnect, OnAConnectionThatCarriedNoAnswerYetNothingIsRepeatedWhereOnlyUsedOnesCount) {
  // 8:00 the first request of the first connection is lost; 16:00 the next opens another.
  const ScenarioStory story(
      late_request(R"(, "repeat": "everything", "repeat_on_used_only": true)"));
  EXPECT_EQ(asked_by_client(story).repeated, 0u);
  EXPECT_EQ(asked_by_client(story).answered, 1u);
}

TEST(Reconnect, AServerMayCarryOutARepeatedRequestTwice) {
  const ScenarioStory cut(R"({"title": "twice", "duration": "2m", "path": [{"middlebox":
      {"name": "box", "profile": "aws-nlb"}}, {"link": {"name": "line", "delay": "10ms"}}],
    "connections": [{"name": "c", "reconnect": {"pause": "100ms", "repeat": "everything"},
      "traffic": [{"at": "1m", "answer": {"after": "5s"}}, {"at": "62s", "bytes": 10}]}],
    "events": [{"at": "61s", "flush": "box"}]})");
  // 1:00.00 request, read at 1:00.01.  1:01 the box forgets, 1:02 a message meets its RST; the
  // request is sent anew at 1:02.12 and read again.
  EXPECT_EQ(asked_by_client(cut).repeated, 1u);
  EXPECT_EQ(asked_by_client(cut).duplicate, 1u);
  EXPECT_EQ(asked_by_client(cut).answered, 1u);
}

// Nobody answers on the far side for a minute: the line is cut.
std::string cut_line(const std::string& reconnect) {
  return R"({"title": "cut", "duration": "10m", "path": [{"link": {"name": "line",
      "delay": "10ms"}}],
    "connections": [{"name": "c", "reconnect": )" +
         reconnect + R"(, "close_when_idle": {"server": "10s"},
      "socket": {"client": {"syn_retries": 0}},
      "traffic": [{"at": "30s", "answer": {}}, {"at": "35s", "answer": {}},
                  {"at": "5m", "answer": {}}]}],
    "events": [{"at": "20s", "cut": "line", "for": "60s"}]})";
}

TEST(Reconnect, MessagesWaitForTheNextConnectionOrFail) {
  const ScenarioStory waits(cut_line(R"({"when": "next-message", "pause": "2s"})"));
  EXPECT_EQ(asked_by_client(waits).answered, 3u);
  const ScenarioStory fails(
      cut_line(R"({"when": "next-message", "pause": "2s", "meanwhile": "fail"})"));
  EXPECT_EQ(asked_by_client(fails).answered, 1u);
}

TEST(Reconnect, ALimitOfAttemptsEndsTheProgram) {
  // 0:10 the server closes.  0:30 attempt 1, given up at 0:32; 0:34 attempt 2, and so on: the
  // thirteenth, at 1:18, is in vain, too; the line is back at 1:20.
  const ScenarioStory two(cut_line(R"({"when": "next-message", "pause": "2s", "limit": 2})"));
  EXPECT_EQ(asked_by_client(two).answered, 0u);
  EXPECT_EQ(asked_by_client(two).unsent, 1u);  // 5:00, after the end at 0:36
  const ScenarioStory enough(cut_line(R"({"when": "next-message", "pause": "2s", "limit": 14})"));
  EXPECT_EQ(asked_by_client(enough).answered, 3u);
  const ScenarioStory one_short(
      cut_line(R"({"when": "next-message", "pause": "2s", "limit": 13})"));
  EXPECT_EQ(asked_by_client(one_short).answered, 0u);
}

TEST(Reconnect, ThePauseGrowsUpToItsLongest) {
  ReconnectSpec spec;
  spec.pause = 1s;
  spec.factor = 3;
  spec.longest_pause = 10s;
  EXPECT_EQ(spec.pause_before(0), 1s);
  EXPECT_EQ(spec.pause_before(1), 3s);
  EXPECT_EQ(spec.pause_before(2), 9s);
  EXPECT_EQ(spec.pause_before(3), 10s);
  EXPECT_EQ(spec.pause_before(1'000'000), 10s);
  spec.when = ReconnectSpec::When::NextMessage;
  EXPECT_EQ(spec.pause_before(0), 0s);
  EXPECT_EQ(spec.pause_before(1), 1s);
  EXPECT_EQ(spec.pause_before(3), 9s);
}

TEST(Reconnect, AProgramThatIsAskedToEndOpensNoOther) {
  const ScenarioStory story(R"({"title": "end", "duration": "10m",
    "path": [{"link": {"delay": "10ms"}}],
    "connections": [{"name": "c", "strategy": "ssh", "reconnect": {"pause": "1s"},
      "traffic": [{"every": "1m"}]}],
    "events": [{"at": "90s", "close": "c", "side": "client"}]})");
  EXPECT_EQ(story.client("c").reconnects, 0u);
  EXPECT_EQ(story.client("c").outcome, Outcome::Closed);
}

TEST(Reconnect, AnSshSessionThatGaveUpIsOpenedAnewAsByAutossh) {
  // 1:00 the line is cut for 2 minutes; requests at 15 s, so ssh gives up at 2:00 or before.
  const ScenarioStory story(R"({"title": "autossh", "duration": "10m",
    "path": [{"link": {"name": "line", "delay": "10ms"}}],
    "connections": [{"name": "c", "strategy": {"ssh": {"server_alive_interval": "15s"}},
      "reconnect": {"pause": "5s"}, "traffic": [{"every": "1m"}]}],
    "events": [{"at": "61s", "cut": "line", "for": "2m"}]})");
  EXPECT_EQ(story.client("c").outcome, Outcome::Alive);
  EXPECT_EQ(story.client("c").losses, 1u);
  EXPECT_GE(story.client("c").messages.delivered, 7u);
}

TEST(Reconnect, MistakesAreNamed) {
  const auto first_error = [](const std::string& more) {
    const Result<Scenario> read = parse_scenario(behind_a_balancer("350s", more), "story");
    return read.ok() ? std::string() : to_string(read.errors().front());
  };
  EXPECT_NE(first_error(R"("transport": "udp", "strategy": "keepalive", "reconnect": {})")
                .find("this key with tcp only"),
            std::string::npos);
  EXPECT_NE(first_error(R"("reconnect": {"pause": "2m", "longest_pause": "1m"})")
                .find("shorter than the pause"),
            std::string::npos);
  EXPECT_EQ(first_error(R"("reconnect": {"pause": "2m"})"), "");
  EXPECT_NE(first_error(R"("reconnect": {"repeat_limit": 2})").find("no request is sent again"),
            std::string::npos);
  EXPECT_EQ(first_error(R"("reconnect": {"repeat": "everything", "repeat_limit": 2})"), "");
}

}  // namespace
}  // namespace stayalive
