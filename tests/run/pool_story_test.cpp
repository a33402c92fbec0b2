// SPDX-License-Identifier: Apache-2.0
// A client that has several connections side by side and gives each request to one of them.
#include <gtest/gtest.h>

#include <string>

#include "run/held.h"
#include "support/scenario_story.h"

namespace stayalive {
namespace {

// Through a balancer that forgets after 350 s of silence and resets whoever comes later, 10 ms each
// way; `more`: keys of the connection and of the scenario.
std::string pool_behind_a_balancer(const std::string& pool, const std::string& traffic,
                                   const std::string& more = {},
                                   const std::string& duration = "1h") {
  return R"({"title": "pool", "duration": ")" + duration + R"(",
    "path": [{"middlebox": {"name": "box", "profile": "aws-nlb"}}, {"link": {"delay": "10ms"}}],
    "connections": [{"name": "c", "pool": )" +
         pool + R"(, "traffic": [)" + traffic + "]" + more + "}]}";
}

constexpr const char* kSlow = R"({"at": "0s", "answer": {"after": "1s"}})";

const SessionReport& pool_of(const ScenarioStory& story) {
  const ConnectionReport& its = story.connection("c");
  static const SessionReport kNoSession;
  EXPECT_TRUE(its.session.has_value());
  return its.session ? *its.session : kNoSession;
}

const MessageCounters& requests_of(const ScenarioStory& story) {
  return story.client("c").messages;
}

// So many requests at the same instant, each worked out in a second.
std::string burst(int count, const std::string& at = "10s") {
  std::string traffic;
  for (int i = 0; i < count; ++i) {
    traffic +=
        std::string(i == 0 ? "" : ", ") + R"({"at": ")" + at + R"(", "answer": {"after": "1s"}})";
  }
  return traffic;
}

// --- how many ---

TEST(Pool, OpensAConnectionForEachRequestAtOnceUpToItsSize) {
  const ScenarioStory wide(pool_behind_a_balancer(R"({"size": 5})", burst(3)));
  EXPECT_EQ(pool_of(wide).figures.most_open, 3u);
  // 10.00 SYN, 10.02 request, 11.04 answer.
  EXPECT_EQ(pool_of(wide).figures.longest_wait, 20ms);
  const ScenarioStory narrow(pool_behind_a_balancer(R"({"size": 2})", burst(3)));
  EXPECT_EQ(pool_of(narrow).figures.most_open, 2u);
  // The third waits for the first answer.
  EXPECT_EQ(pool_of(narrow).figures.longest_wait, 1040ms);
  EXPECT_EQ(requests_of(narrow).answered, 3u);
}

TEST(Pool, EachConnectionHasAPortAndAFlowOfItsOwn) {
  const ScenarioStory story(pool_behind_a_balancer(R"({"size": 5})", burst(3)));
  ASSERT_EQ(pool_of(story).places.size(), 3u);
  for (const PlaceReport& place : pool_of(story).places) {
    EXPECT_EQ(place.figures.carried, 1u);
    EXPECT_EQ(place.outcomes[0], Outcome::Forgotten);
    EXPECT_TRUE(close_to(place.forgotten_at, kStart + 361040ms, 20ms));
    EXPECT_EQ(place.blame.who, "box");
  }
  EXPECT_EQ(story.connection("c").blame.who, "box");
  // A handshake, a request and the acknowledgement of its answer, three times.
  EXPECT_EQ(story.client("c").counters.packets_sent, 12u);
}

TEST(Pool, KeepsUnusedConnectionsReadyFromTheStart) {
  const ScenarioStory story(
      pool_behind_a_balancer(R"({"size": 5, "min_idle": 2})", burst(1), "", "1m"));
  EXPECT_EQ(pool_of(story).figures.longest_wait, 0ms);
  // 0:00 two; 10.00 one of them is used, and a third is opened.
  EXPECT_EQ(pool_of(story).sums.opened, 3u);
}

TEST(Pool, ClosesWhatIsGivenBackBeyondMaxIdle) {
  const ScenarioStory story(
      pool_behind_a_balancer(R"({"size": 5, "max_idle": 1})", burst(3), "", "1m"));
  EXPECT_EQ(pool_of(story).open, 1u);
  std::size_t closed = 0;
  for (const PlaceReport& place : pool_of(story).places)
    closed += place.figures.ended_by == SocketEnd::MaxIdle ? 1 : 0;
  EXPECT_EQ(closed, 2u);
}

// --- waiting ---

TEST(Pool, ARequestThatWaitsForTooLongFails) {
  const std::string three = burst(3);
  const ScenarioStory patient(pool_behind_a_balancer(R"({"size": 1, "wait_limit": "3s"})", three));
  EXPECT_EQ(requests_of(patient).answered, 3u);
  // 11.04 and 12.06 the first two answers; the third request has waited since 10.00.
  const ScenarioStory hasty(
      pool_behind_a_balancer(R"({"size": 1, "wait_limit": "1500ms"})", three));
  EXPECT_EQ(requests_of(hasty).answered, 2u);
  EXPECT_EQ(requests_of(hasty).failed, 1u);
  EXPECT_EQ(pool_of(hasty).figures.failed_waiting, 1u);
}

TEST(Pool, GivesUpInTheInstantInWhichAConnectionIsGivenBack) {
  // 10.00 SYN, 10.02 the first request, 11.04 its answer.
  const std::string two = burst(2);
  const ScenarioStory served(pool_behind_a_balancer(R"({"size": 1, "wait_limit": "1041ms"})", two));
  EXPECT_EQ(requests_of(served).answered, 2u);
  const ScenarioStory failed(pool_behind_a_balancer(R"({"size": 1, "wait_limit": "1040ms"})", two));
  EXPECT_EQ(requests_of(failed).answered, 1u);
}

// --- which one ---

std::uint64_t used_places(const ScenarioStory& story) {
  std::uint64_t used = 0;
  for (const PlaceReport& place : pool_of(story).places) used += place.figures.carried > 1 ? 1 : 0;
  return used;
}

TEST(Pool, UsesTheLastUsedOrTheLongestIdleConnection) {
  const std::string traffic = burst(3) + R"(, {"at": "20s", "every": "10s", "until": "110s",
                                             "answer": {"after": "1s"}})";
  EXPECT_EQ(used_places(ScenarioStory(pool_behind_a_balancer(R"({"size": 3})", traffic, "", "2m"))),
            1u);
  EXPECT_EQ(used_places(ScenarioStory(pool_behind_a_balancer(
                R"({"size": 3, "order": "longest-idle"})", traffic, "", "2m"))),
            3u);
}

// --- when they are closed ---

TEST(Pool, ClosesWhatIsUnusedForItsLimitAndNotAMomentEarlier) {
  // 0:10.00 request, 0:11.04 given back; the limit ends at 5:11.04.
  const std::string idle = R"({"size": 2, "idle_limit": "5m"})";
  const ScenarioStory before(pool_behind_a_balancer(
      idle, R"({"at": "10s", "answer": {"after": "1s"}}, {"at": "311039ms", "answer": {}})"));
  EXPECT_EQ(pool_of(before).sums.opened, 1u);
  const ScenarioStory after(pool_behind_a_balancer(
      idle, R"({"at": "10s", "answer": {"after": "1s"}}, {"at": "311041ms", "answer": {}})"));
  EXPECT_EQ(pool_of(after).sums.opened, 2u);
  EXPECT_TRUE(close_to(pool_of(before).places.at(0).figures.ended_at, kStart + 611059ms, 1ms));
  EXPECT_TRUE(held(after.connection("c")));
  EXPECT_EQ(after.connection("c").outcome, Outcome::Closed);
}

TEST(Pool, ClosesThemOnlyWhenItLooks) {
  // 0:11.04 given back; at 5:11.04 it is unused for too long, and the pool looks at 5:30.
  const ScenarioStory story(
      pool_behind_a_balancer(R"({"size": 2, "idle_limit": "5m", "look_every": "30s"})",
                             R"({"at": "10s", "answer": {"after": "1s"}})"));
  EXPECT_EQ(pool_of(story).places.at(0).figures.ended_at, kStart + 330s);
  EXPECT_EQ(pool_of(story).places.at(0).figures.ended_by, SocketEnd::IdleLimit);
}

TEST(Pool, DoesNotCloseTheLastMinIdleThoughTheyAreUnusedForLonger) {
  // HikariCP issue 683: with min_idle the limit of 5 minutes saves nobody from the box's 350 s.
  const std::string request = R"({"at": "10m", "answer": {}})";
  const ScenarioStory kept(
      pool_behind_a_balancer(R"({"size": 2, "min_idle": 1, "idle_limit": "5m"})", request));
  EXPECT_EQ(requests_of(kept).answered, 0u);
  EXPECT_EQ(requests_of(kept).failed, 1u);
  const ScenarioStory without(
      pool_behind_a_balancer(R"({"size": 2, "idle_limit": "5m"})", request));
  EXPECT_EQ(requests_of(without).answered, 1u);
}

TEST(Pool, EndsAConnectionWithItsLifetimeOrWhenItIsGivenBackAfterThat) {
  const std::string life = R"({"size": 1, "lifetime": "1m"})";
  const ScenarioStory unused(pool_behind_a_balancer(life, kSlow));
  // 0:00.02 opened.
  EXPECT_EQ(pool_of(unused).places.at(0).figures.ended_at, kStart + 60020ms);
  EXPECT_EQ(pool_of(unused).places.at(0).figures.ended_by, SocketEnd::Lifetime);
  const ScenarioStory used(pool_behind_a_balancer(
      life, std::string(kSlow) + R"(, {"at": "59500ms", "answer": {"after": "5s"}})"));
  EXPECT_EQ(requests_of(used).answered, 2u);
  EXPECT_EQ(pool_of(used).places.at(0).figures.ended_at, kStart + 64520ms);
}

TEST(Pool, OneThatIsReplacedAtTheEndOfItsLifetimeIsNoLoss) {
  const ScenarioStory story(pool_behind_a_balancer(
      R"({"size": 2, "min_idle": 2, "lifetime": "2m"})", R"({"every": "5m", "answer": {}})"));
  EXPECT_TRUE(held(story.connection("c")));
  EXPECT_EQ(story.client("c").losses, 0u);
}

// --- dead ones ---

TEST(Pool, ARequestOnAForgottenConnectionFailsOrIsRepeatedOnAnother) {
  // 6:40 the box has forgotten since 5:51.
  const std::string traffic = R"({"at": "0s", "answer": {}, "repeatable": true},
                                 {"at": "400s", "answer": {}, "repeatable": true})";
  const ScenarioStory fails(pool_behind_a_balancer(R"({"size": 2})", traffic));
  EXPECT_EQ(requests_of(fails).failed, 1u);
  EXPECT_EQ(pool_of(fails).sums.failed, 1u);
  EXPECT_EQ(pool_of(fails).places.at(0).figures.ended_by, SocketEnd::Reset);
  const ScenarioStory repeats(pool_behind_a_balancer(R"({"size": 2})", traffic,
                                                     R"(, "reconnect": {"repeat": "repeatable"})"));
  EXPECT_EQ(requests_of(repeats).answered, 2u);
  EXPECT_EQ(requests_of(repeats).repeated, 1u);
  EXPECT_EQ(pool_of(repeats).sums.opened, 2u);
}

TEST(Pool, RepeatsNoMoreThanItsLimitOverSeveralDeadConnections) {
  // 0:10 three connections; 6:40 all three are forgotten.
  const std::string traffic = burst(3) + R"(, {"at": "400s", "answer": {}, "repeatable": true})";
  const auto with_limit = [&](const std::string& limit) {
    return ScenarioStory(pool_behind_a_balancer(
        R"({"size": 3})", traffic,
        R"(, "reconnect": {"repeat": "repeatable", "repeat_limit": )" + limit + "}"));
  };
  EXPECT_EQ(requests_of(with_limit("2")).answered, 3u);
  EXPECT_EQ(requests_of(with_limit("3")).answered, 4u);
  EXPECT_EQ(requests_of(with_limit("3")).repeated, 3u);
}

TEST(Pool, AsksAConnectionThatWasUnusedForSoLongBeforeItUsesIt) {
  // The box resets the question, so that the request is given to a new connection.
  const std::string traffic = R"({"at": "0s", "answer": {}}, {"at": "400s", "answer": {}})";
  const ScenarioStory story(
      pool_behind_a_balancer(R"({"size": 2, "check_before_use": "1s"})", traffic));
  EXPECT_EQ(requests_of(story).answered, 2u);
  EXPECT_EQ(requests_of(story).repeated, 0u);
  EXPECT_EQ(pool_of(story).sums.checks, 1u);
  // A question, its RST, a handshake.
  EXPECT_EQ(pool_of(story).figures.longest_wait, 20ms);
}

TEST(Pool, DoesNotAskAMomentBeforeThat) {
  // 0.040 given back.
  const auto second_at = [](const std::string& at) {
    return ScenarioStory(pool_behind_a_balancer(
        R"({"size": 2, "check_before_use": "1s"})",
        R"({"at": "0s", "answer": {}}, {"at": ")" + at + R"(", "answer": {}})"));
  };
  EXPECT_EQ(pool_of(second_at("1039ms")).sums.checks, 0u);
  EXPECT_EQ(pool_of(second_at("1040ms")).sums.checks, 1u);
  EXPECT_EQ(pool_of(second_at("1040ms")).sums.opened, 1u);
}

TEST(Pool, ACheckThatNobodyAnswersCostsItsTimeout) {
  // The line is cut, and the box forgets without a word.
  const ScenarioStory story(R"({"title": "pool", "duration": "20m",
    "path": [{"link": {"name": "line", "delay": "10ms"}}],
    "connections": [{"name": "c", "pool": {"size": 2, "check_before_use": "1s",
      "check_timeout": "3s"},
      "traffic": [{"at": "0s", "answer": {}}, {"at": "60s", "answer": {}}]}],
    "events": [{"at": "59s", "cut": "line", "for": "2s"}]})");
  EXPECT_EQ(requests_of(story).answered, 2u);
  EXPECT_EQ(pool_of(story).figures.checks_failed, 0u);
  const ScenarioStory longer(R"({"title": "pool", "duration": "20m",
    "path": [{"link": {"name": "line", "delay": "10ms"}}],
    "connections": [{"name": "c", "pool": {"size": 2, "check_before_use": "1s",
      "check_timeout": "3s"},
      "traffic": [{"at": "0s", "answer": {}}, {"at": "60s", "answer": {}}]}],
    "events": [{"at": "59s", "cut": "line", "for": "5s"}]})");
  EXPECT_EQ(pool_of(longer).figures.checks_failed, 1u);
  EXPECT_EQ(requests_of(longer).answered, 2u);
  // 1:03 the check fails and a SYN is lost, 1:04.00 the next one.
  EXPECT_GE(pool_of(longer).figures.longest_wait, 4s);
  EXPECT_LT(pool_of(longer).figures.longest_wait, 5s);
}

TEST(Pool, KeepsUnusedConnectionsAliveByAskingThem) {
  const std::string rare = R"({"every": "15m", "answer": {}})";
  const auto asking = [&](const std::string& every) {
    return ScenarioStory(pool_behind_a_balancer(
        R"({"size": 1, "min_idle": 1, "check_every": ")" + every + R"("})", rare));
  };
  const ScenarioStory alive = asking("349s");
  EXPECT_TRUE(held(alive.connection("c")));
  EXPECT_EQ(requests_of(alive).answered, 3u);
  EXPECT_EQ(pool_of(alive).sums.opened, 1u);
  EXPECT_EQ(alive.client("c").counters.keepalives, 8u);
  EXPECT_FALSE(held(asking("351s").connection("c")));
  const ScenarioStory spare(
      pool_behind_a_balancer(R"({"size": 5, "min_idle": 2, "check_every": "60s"})", rare));
  EXPECT_EQ(pool_of(spare).sums.opened, 3u) << "one that is asked is not missing";
}

// 0:31 the server closes a connection that has been unused for 30 s; the next request is at 1:00.
std::string closed_by_its_server(const std::string& pool) {
  return pool_behind_a_balancer(
      pool, R"({"at": "1s", "answer": {}}, {"at": "1m", "answer": {}, "repeatable": true})",
      R"(, "close_when_idle": {"server": "30s"})");
}

TEST(Pool, WhoNoticesTheServersCloseOpensAnotherConnection) {
  const ScenarioStory notices(closed_by_its_server(R"({"size": 2})"));
  EXPECT_EQ(requests_of(notices).answered, 2u);
  EXPECT_TRUE(held(notices.connection("c")));
  EXPECT_EQ(pool_of(notices).places.at(0).figures.ended_by, SocketEnd::Server);
}

TEST(Pool, WhoDoesNotNoticeItLosesARequestUnlessItChecks) {
  const ScenarioStory blind(closed_by_its_server(R"({"size": 2, "notices_close": false})"));
  EXPECT_EQ(requests_of(blind).answered, 1u);
  EXPECT_EQ(requests_of(blind).failed, 1u);
  const ScenarioStory checks(
      closed_by_its_server(R"({"size": 2, "notices_close": false, "check_before_use": "500ms"})"));
  EXPECT_EQ(requests_of(checks).answered, 2u);
  EXPECT_EQ(pool_of(checks).figures.checks_failed, 1u);
}

TEST(Pool, ARequestWhoseAnswerIsOverdueFailsWithItsConnection) {
  const ScenarioStory story(pool_behind_a_balancer(
      R"({"size": 2})", R"({"at": "0s", "answer": {"after": "10s"}, "give_up": "2s"},
                           {"at": "20s", "answer": {}})"));
  EXPECT_EQ(requests_of(story).failed, 1u);
  EXPECT_EQ(requests_of(story).answered, 1u);
  EXPECT_EQ(pool_of(story).sums.opened, 2u);
}

// --- who cannot be reached ---

TEST(Pool, RequestsOfAServerThatRefusesWaitOrFail) {
  const std::string refused = R"(, "listen": false, "reconnect": {"pause": "1s", "meanwhile": )";
  const ScenarioStory fails(
      pool_behind_a_balancer(R"({"size": 2})", burst(2), refused + R"("fail"})", "30s"));
  EXPECT_EQ(requests_of(fails).failed, 2u);
  const ScenarioStory waits(pool_behind_a_balancer(R"({"size": 1, "wait_limit": "5s"})", burst(1),
                                                   refused + R"("wait"})", "30s"));
  EXPECT_EQ(requests_of(waits).failed, 1u);
  // 10.00, 11.02, 12.04, 13.06, 14.08: the pause begins with the refusal.
  EXPECT_EQ(pool_of(waits).figures.refused, 5u);
}

TEST(Pool, AServersRebootCostsTheRequestsUnderWayOnly) {
  const ScenarioStory story(R"({"title": "pool", "duration": "10m",
    "path": [{"link": {"delay": "10ms"}}],
    "connections": [{"name": "c", "pool": {"size": 3}, "traffic": [{"every": "1m",
      "answer": {"after": "2s"}, "give_up": "30s"}]}],
    "events": [{"at": "61s", "reboot": "server", "for": "10s"}]})");
  // 1:00 a request, which nobody answers; 1:30 it is given up.  2:00 and later are answered.
  EXPECT_EQ(requests_of(story).answered, 8u);
  EXPECT_EQ(requests_of(story).failed, 1u);
  EXPECT_EQ(pool_of(story).places.at(0).figures.ended_by, SocketEnd::Overdue);
}

TEST(Pool, EndsWithItsHost) {
  const ScenarioStory story(R"({"title": "pool", "duration": "10m",
    "path": [{"link": {"delay": "10ms"}}],
    "connections": [{"name": "c", "pool": {"size": 3}, "traffic": [{"every": "1m", "answer": {}}]}],
    "events": [{"at": "90s", "reboot": "client", "for": "10s"}]})");
  EXPECT_EQ(requests_of(story).answered, 1u);
  EXPECT_EQ(requests_of(story).unsent, 8u);
  EXPECT_EQ(pool_of(story).open, 0u);
}

// --- strategies ---

TEST(Pool, CarriesHttpOverConnectionsThatBothEndsMayClose) {
  // 5 s after its last answer the server closes; a request every 10 s needs a new connection.
  const ScenarioStory story(pool_behind_a_balancer(
      R"({"size": 2})", R"({"every": "10s", "answer": {}})", R"(, "strategy": "http")", "100s"));
  EXPECT_EQ(requests_of(story).answered, 9u);
  EXPECT_EQ(pool_of(story).sums.opened, 9u);
  const ScenarioStory patient(
      pool_behind_a_balancer(R"({"size": 2})", R"({"every": "10s", "answer": {}})",
                             R"(, "strategy": {"http": {"keep_alive_timeout": "15s"}})", "100s"));
  EXPECT_EQ(pool_of(patient).sums.opened, 1u);
}

TEST(Pool, TheLastAnswerOfAnHttpConnectionIsFollowedByAnother) {
  const ScenarioStory story(
      pool_behind_a_balancer(R"({"size": 1})", R"({"every": "1s", "answer": {}})",
                             R"(, "strategy": {"http": {"max_keep_alive_requests": 2}})", "10s"));
  EXPECT_EQ(requests_of(story).answered, 9u);
  EXPECT_EQ(pool_of(story).sums.opened, 3u);
}

}  // namespace
}  // namespace stayalive
