// SPDX-License-Identifier: Apache-2.0
// Several connections at one server: workers, its accept queue and what a kernel does when that is
// full.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string>

#include "run/beside.h"
#include "support/scenario_story.h"

namespace stayalive {
namespace {

// Clients `a`, `b`, ... on a line of 50 ms there and back; each opens its connection at the instant
// given and asks for a page at once, which takes the server 10 ms.
std::string at_one_server(const std::string& server, const std::vector<std::string>& starts,
                          const std::string& more = {}, const std::string& duration = "2m") {
  std::string clients;
  for (std::size_t i = 0; i < starts.size(); ++i) {
    clients += fmt::format(
        R"({}{{"name": "{}", "server": "web", "strategy": "http", "start": "{}"{},
            "traffic": [{{"at": "{}", "answer": {{"after": "10ms"}}}}]}})",
        i == 0 ? "" : ",", static_cast<char>('a' + i), starts[i], more, starts[i]);
  }
  return fmt::format(R"({{"duration": "{}", "path": [{{"link": {{"delay": "25ms"}}}}],
                          "servers": {{"web": {}}}, "connections": [{}]}})",
                     duration, server, clients);
}

const Admission& admission_of(const ScenarioStory& story, const std::string& name) {
  return story.connection(name).admission->figures;
}

// a connects at 0, is accepted at 75 ms and answered at 85 ms; the server's FIN leaves 5 s later,
// and the worker is free when the client's has come: a round trip after that.
TEST(Workers, AConnectionHoldsItsWorkerUntilTheClientsFinHasCome) {
  const ScenarioStory story(at_one_server(R"({"workers": 1})", {"0s", "1s"}));
  EXPECT_EQ(admission_of(story, "a").longest_wait, 0s);
  // b's handshake ends at 1.075 s, and a's connection at 5.135 s.
  EXPECT_EQ(admission_of(story, "b").longest_wait, 5135ms - 1075ms);
  EXPECT_EQ(admission_of(story, "b").waited, 1u);
  EXPECT_EQ(story.client("b").messages.answered, 1u);
  EXPECT_EQ(story.client("b").messages.late, 1u);
}

TEST(Workers, OfThreeThatWaitTheFirstIsServedFirst) {
  const ScenarioStory story(at_one_server(R"({"workers": 1})", {"0s", "1s", "2s", "3s"}));
  EXPECT_EQ(admission_of(story, "b").longest_wait, 5135ms - 1075ms);
  EXPECT_EQ(admission_of(story, "c").longest_wait, 10195ms - 2075ms);
  EXPECT_EQ(admission_of(story, "d").longest_wait, 15255ms - 3075ms);
  ASSERT_EQ(story.report().servers.size(), 1u);
  const ServerReport& web = story.report().servers.front();
  EXPECT_EQ(web.figures.most_served, 1u);
  EXPECT_EQ(web.figures.most_waiting, 3u);
  // From 75 ms to 20.315 s without a pause.
  EXPECT_EQ(web.figures.served_ns, static_cast<std::uint64_t>(Duration(20240ms).count()));
}

TEST(Workers, OnesThatAreFreeAreTakenAtOnce) {
  const ScenarioStory story(at_one_server(R"({"workers": 2})", {"0s", "1s", "5060ms", "5061ms"}));
  EXPECT_EQ(admission_of(story, "b").longest_wait, 0s);
  // c's handshake ends at the instant at which a's connection does, and d's a millisecond later.
  EXPECT_EQ(admission_of(story, "c").longest_wait, 0s);
  EXPECT_EQ(admission_of(story, "d").longest_wait, 6135ms - 5136ms);
}

TEST(Workers, AnEventLoopHasNone) {
  const ScenarioStory story(at_one_server("{}", {"0s", "1s", "2s"}));
  EXPECT_EQ(admission_of(story, "c").longest_wait, 0s);
  EXPECT_EQ(story.report().servers.front().figures.most_served, 3u);
}

TEST(Workers, WhoCrashesFreesThem) {
  std::string json = at_one_server(R"({"workers": 1})", {"0s", "10s"});
  json.insert(json.size() - 1, R"(, "events": [{"at": "1s", "reboot": "server", "for": "2s"}])");
  const ScenarioStory story(json);
  EXPECT_EQ(admission_of(story, "b").longest_wait, 0s);
  EXPECT_EQ(story.client("b").messages.answered, 1u);
}

// backlog + 1 fit.  The third that has to wait sends its SYN again each second (Linux 6.5).
TEST(AcceptQueue, HoldsOneMoreThanTheBacklog) {
  const ScenarioStory story(
      at_one_server(R"({"workers": 1, "backlog": 1})", {"0s", "1s", "2s", "3s"}));
  EXPECT_EQ(admission_of(story, "b").dropped_syns, 0u);
  EXPECT_EQ(admission_of(story, "c").dropped_syns, 0u);
  // d's SYNs come at 3.025, 4.025 and 5.025 s, and there is a place at 5.135 s.
  EXPECT_EQ(admission_of(story, "d").dropped_syns, 3u);
  EXPECT_TRUE(close_to(story.client("d").opened_at, kStart + 6050ms, 0ms));
  EXPECT_EQ(admission_of(story, "d").longest_wait, 15255ms - 6075ms);
}

// A place that becomes free waits for the next SYN.
TEST(AcceptQueue, APlaceThatBecomesFreeJustAfterASynWaitsForTheNext) {
  const auto opened = [](const char* start) {
    const ScenarioStory story(
        at_one_server(R"({"workers": 1, "backlog": 1})", {"0s", "1s", "1s", start}));
    return story.client("d").opened_at;
  };
  // The place is there after the events of 5.135 s.
  EXPECT_TRUE(close_to(opened("2110000001ns"), kStart + 5160000001ns, 0ms));
  EXPECT_TRUE(close_to(opened("2110ms"), kStart + 6160ms, 0ms));
}

TEST(AcceptQueue, WhoGivesUpBeforeThatWasKeptOut) {
  std::string json = at_one_server(R"({"workers": 1, "backlog": 1, "keep_alive_timeout": "1h"})",
                                   {"0s", "1s", "1s"}, "", "1h");
  json.replace(json.find(R"("connections": [)"), 16, R"("connections": [
     {"name": "late", "server": "web", "port": 80, "start": "3s",
      "socket": {"client": {"syn_retries": 2}}},)");
  const ScenarioStory story(json);
  EXPECT_EQ(story.client("late").outcome, Outcome::Refused);
  EXPECT_EQ(story.connection("late").admission->kept_out, 1u);
  EXPECT_EQ(story.connection("late").blame.who, "web");
  EXPECT_EQ(story.connection("late").blame.reason, kBacklogFull);
}

// Three begin at one instant.  With a backlog of one there is room for one handshake; the others
// have SYN cookies, whose last acknowledgments find the queue full at 75 ms.
TEST(AcceptQueue, InABurstSynCookiesMakeEveryClientLookConnected) {
  const std::vector<std::string> burst{"0s", "500ms", "500ms", "500ms", "500ms"};
  const ScenarioStory story(at_one_server(R"({"workers": 1, "backlog": 1})", burst));
  for (const char* name : {"b", "c", "d", "e"})
    EXPECT_TRUE(close_to(story.client(name).opened_at, kStart + 550ms, 0ms)) << name;
  EXPECT_EQ(admission_of(story, "c").ignored, 0u);
  // The acknowledgment, the request, and the request again until there is room for it.
  EXPECT_GT(admission_of(story, "d").ignored, 3u);
  EXPECT_EQ(admission_of(story, "d").dropped_syns, 0u);
  EXPECT_EQ(story.client("e").messages.answered, 1u);
}

TEST(AcceptQueue, WithoutCookiesTheSurplusIsDropped) {
  const std::vector<std::string> burst{"0s", "500ms", "500ms", "500ms", "500ms"};
  const ScenarioStory story(
      at_one_server(R"({"workers": 1, "backlog": 1, "syn_cookies": false})", burst));
  EXPECT_TRUE(close_to(story.client("b").opened_at, kStart + 550ms, 0ms));
  EXPECT_EQ(admission_of(story, "c").dropped_syns, 1u);
  EXPECT_EQ(admission_of(story, "d").ignored + admission_of(story, "e").ignored, 0u);
}

TEST(AcceptQueue, WithAbortOnOverflowTheSurplusIsReset) {
  const std::vector<std::string> burst{"0s", "500ms", "500ms", "500ms"};
  const ScenarioStory story(
      at_one_server(R"({"workers": 1, "backlog": 1, "abort_on_overflow": true})", burst));
  EXPECT_EQ(story.client("d").messages.failed, 1u);
  EXPECT_EQ(admission_of(story, "d").ignored, 1u);
}

// TCP_DEFER_ACCEPT of 2 s covers two timeouts of the SYN-ACK, of 1 s and 2 s, and the last of them
// asks the client once more: recorded on Linux 6.18 at 3.03 s.
TEST(DeferAccept, ASilentClientIsAcceptedAtTheEndOfTheLastTimeout) {
  const std::string silent = R"({"duration": "1m", "path": [{"link": {"delay": "25ms"}}],
    "servers": {"web": {"defer_accept": "2s"}},
    "connections": [{"name": "a", "server": "web", "port": 80}]})";
  const ScenarioStory story(silent);
  EXPECT_TRUE(close_to(story.server("a").opened_at, kStart + 25ms + 3s + 50ms, 0ms));
  // One SYN-ACK again, and not after the first second, too.
  const auto& sent = story.server("a").counters.sent_by_kind;
  EXPECT_EQ(sent[static_cast<std::size_t>(PacketKind::Retransmission)], 1u);
}

TEST(DeferAccept, WhoSpeaksIsAcceptedWithItsFirstWord) {
  const std::string speaks = R"({"duration": "1m", "path": [{"link": {"delay": "25ms"}}],
    "servers": {"web": {"defer_accept": "2s", "workers": 1}},
    "connections": [{"name": "silent", "server": "web", "port": 80},
                    {"name": "a", "server": "web", "port": 80, "start": "100ms",
                     "traffic": [{"at": "1s", "answer": {}}]}]})";
  const ScenarioStory story(speaks);
  EXPECT_TRUE(close_to(story.server("a").opened_at, kStart + 1025ms, 0ms));
  EXPECT_EQ(story.client("a").messages.answered, 1u);
  EXPECT_EQ(admission_of(story, "a").longest_wait, 0s);
}

TEST(MaxConnections, OthersWaitUntilOneIsClosed) {
  const ScenarioStory story(at_one_server(R"({"max_connections": 1})", {"0s", "1s"}));
  EXPECT_EQ(admission_of(story, "b").longest_wait, 5135ms - 1075ms);
}

TEST(MaxConnections, OrAreClosedAtOnce) {
  const ScenarioStory story(
      at_one_server(R"({"max_connections": 1, "when_full": "close"})", {"0s", "1s", "6s"}));
  EXPECT_EQ(admission_of(story, "b").turned_away, 1u);
  EXPECT_EQ(story.client("b").messages.failed, 1u);
  EXPECT_EQ(admission_of(story, "c").turned_away, 0u);
  EXPECT_EQ(story.client("c").messages.answered, 1u);
}

// a rests since its answer at 85 ms, b since 1.085 s: c takes a's place.
TEST(MaxConnections, TheOneThatHasRestedLongestMakesRoom) {
  const ScenarioStory story(
      at_one_server(R"({"max_connections": 2, "closes_idle": true})", {"0s", "1s", "2s"}));
  EXPECT_EQ(admission_of(story, "c").longest_wait, 0s);
  EXPECT_EQ(admission_of(story, "a").closed_idle, 1u);
  EXPECT_EQ(admission_of(story, "b").closed_idle, 0u);
}

TEST(MaxConnections, OneThatIsAtWorkDoesNotMakeRoom) {
  std::string json = at_one_server(R"({"max_connections": 1, "closes_idle": true})", {"0s", "1s"});
  json.replace(json.find("10ms"), 4, "3s");
  const ScenarioStory story(json);
  // a's answer leaves at 3.075 s, and with it the reason to wait for it.
  EXPECT_EQ(admission_of(story, "b").longest_wait, 3075ms - 1075ms);
  EXPECT_EQ(admission_of(story, "a").closed_idle, 1u);
}

TEST(Waiting, WhoLeavesMeanwhileIsServedAndNotMissed) {
  const ScenarioStory story(R"({"duration": "1m", "path": [{"link": {"delay": "25ms"}}],
    "servers": {"web": {"workers": 1}},
    "connections": [
      {"name": "a", "server": "web", "strategy": "http", "traffic": [{"at": "0s", "answer": {}}]},
      {"name": "b", "server": "web", "strategy": "http",
       "traffic": [{"at": "1s", "answer": {}, "give_up": "2s"}]},
      {"name": "c", "server": "web", "strategy": "http",
       "traffic": [{"at": "2s", "answer": {}}]}]})");
  EXPECT_EQ(story.client("b").messages.failed, 1u);
  EXPECT_EQ(admission_of(story, "b").left_waiting, 1u);
  EXPECT_EQ(story.client("c").messages.answered, 1u);
}

// Two hold the workers, a third waits all the time and is probed, and a fourth is kept out.
TEST(Waiting, WhatIsPassedOverIsTheSame) {
  const Beside two_days = expect_same(R"({"duration": "2d",
    "path": [{"link": {"delay": "25ms"}}],
    "servers": {"web": {"workers": 2, "backlog": 1, "keep_alive_timeout": "1h",
                        "max_keep_alive_requests": 0}},
    "connections": [
      {"name": "a", "server": "web", "strategy": "http",
       "traffic": [{"at": "1s", "every": "40s", "answer": {"after": "10ms"}}]},
      {"name": "b", "server": "web", "strategy": "http",
       "traffic": [{"at": "2s", "every": "40s", "answer": {"after": "10ms"}}]},
      {"name": "c", "server": "web", "port": 80, "start": "3s",
       "strategy": {"tcp_keepalive": {"idle": "60s"}}},
      {"name": "d", "server": "web", "port": 80, "start": "3s"},
      {"name": "e", "server": "web", "port": 80, "start": "5s"}]})");
  EXPECT_GT(two_days.skipped, two_days.events / 2);
}

TEST(Waiting, WhatChangesPlacesAllTheTimeIsTheSame) {
  std::string clients;
  for (const char* name : {"a", "b", "c", "d", "e"}) {
    clients += fmt::format(R"({}{{"name": "{}", "server": "web", "strategy": "http",
        "traffic": [{{"at": "1s", "every": "40s", "answer": {{"after": "10ms"}}}}]}})",
                           clients.empty() ? "" : ",", name);
  }
  const std::string json = fmt::format(
      R"({{"duration": "1h", "path": [{{"link": {{"delay": "25ms"}}}}],
          "servers": {{"web": {{"workers": 2, "backlog": 1}}}}, "connections": [{}]}})",
      clients);
  expect_same(json);
  const ScenarioStory story(json);
  EXPECT_GT(story.report().servers.front().sums.waited, 200u);
  EXPECT_GT(story.report().servers.front().sums.ignored, 200u);
}

// Each member of a population is a client like any other.
TEST(Waiting, APopulationIsLikeItsMembersWrittenOneByOne) {
  const std::string many = R"({"duration": "1m", "path": [{"link": {"delay": "25ms"}}],
    "servers": {"web": {"workers": 1, "backlog": 2}},
    "connections": [{"name": "all", "server": "web", "strategy": "http", "count": 4,
                     "traffic": [{"at": "0s", "answer": {"after": "10ms"}}]}]})";
  const ScenarioStory together(many);
  const ScenarioStory apart(
      at_one_server(R"({"workers": 1, "backlog": 2})", {"0s", "0s", "0s", "0s"}, "", "1m"));
  Admission sums;
  for (const char* name : {"a", "b", "c", "d"}) sums += admission_of(apart, name);
  const Admission& all = admission_of(together, "all");
  EXPECT_EQ(all.accepted, sums.accepted);
  EXPECT_EQ(all.waited, sums.waited);
  EXPECT_EQ(all.longest_wait, sums.longest_wait);
  EXPECT_EQ(together.report().servers.front().figures.served_ns,
            apart.report().servers.front().figures.served_ns);
}

}  // namespace
}  // namespace stayalive
