// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "support/scenario_story.h"

namespace stayalive {
namespace {

// An hour of a client, 1 ms, a Linux router, 9 ms and a server; `rest` says what happens to whom.
ScenarioStory hour(const std::string& rest) {
  return ScenarioStory(R"({"duration": "1h",
      "path": [{"link": {"name": "inside", "delay": "1ms"}},
               {"middlebox": {"name": "router", "profile": "linux-conntrack"}},
               {"link": {"name": "outside", "delay": "9ms"}}], )" +
                       rest + "}");
}

// Pings every 30 s, gives up after two that went unanswered, and opens a new socket a second later.
std::string pinger(const std::string& transport, const std::string& more = "") {
  return R"({"name": "c", "transport": ")" + transport + R"(", "strategy": {"keepalive":
      {"interval": "30s", "retries": 2, "on_death": "reconnect"}})" +
         more + "}";
}

TEST(HostStory, WhatAHostKnewBeforeAConnectionBeganIsNotMissedInIt) {
  // 00:10 both hosts are gone for a minute, 00:20 the client moves, 00:30 the connection begins.
  const ScenarioStory story = hour(R"("connections": [{"name": "late", "start": "30m"}],
      "events": [{"at": "10m", "reboot": "server", "for": "1m"},
                 {"at": "10m", "reboot": "client", "for": "1m"},
                 {"at": "20m", "change_address": "client"}])");
  for (const SideReport& side : story.connection("late").sides) {
    EXPECT_EQ(side.outcome, Outcome::Alive);
    EXPECT_EQ(side.times_forgotten, 0u);
    EXPECT_EQ(side.blackhole, 0s);
  }
  EXPECT_EQ(story.connection("late").blame.kind, FaultKind::None);
}

TEST(HostStory, WhoReconnectsToARebootedServerIsAliveAgain) {
  for (const char* transport : {"tcp", "udp"}) {
    const ScenarioStory story =
        hour("\"connections\": [" + pinger(transport) +
             R"(], "events": [{"at": "10m1s", "reboot": "server", "for": "10s"}])");
    // The pings of 10:30 and on go unanswered, or are answered by what knows nothing.
    EXPECT_EQ(story.client("c").outcome, Outcome::Alive) << transport;
    EXPECT_EQ(story.client("c").forgotten_at, at(10min + 1s)) << transport;
    EXPECT_EQ(story.client("c").times_forgotten, 1u) << transport;
    EXPECT_EQ(story.client("c").blame.kind, FaultKind::Host) << transport;
    EXPECT_LT(story.client("c").blackhole, 3min) << transport;
  }
}

TEST(HostStory, AConnectionThatFellDueWhileItsHostWasAwayBeginsAfterwards) {
  for (const char* away : {"reboot", "suspend"}) {
    const ScenarioStory story = hour(R"("connections": [{"name": "c", "start": "10m30s"}],
        "events": [{"at": "10m", ")" +
                                     std::string(away) + R"(": "client", "for": "2m"}])");
    EXPECT_EQ(story.client("c").opened_at, at(12min + 20ms)) << away;
    EXPECT_EQ(story.client("c").outcome, Outcome::Alive) << away;
  }
}

TEST(HostStory, ADatagramToAServerThatIsAwayReachesNobody) {
  // 00:10 to 00:20 the server is away; the connection begins in between.
  const ScenarioStory story = hour(R"("connections": [{"name": "c", "transport": "udp",
      "start": "15m", "traffic": [{"every": "10s", "bytes": 10}]}],
      "events": [{"at": "10m", "reboot": "server", "for": "10m"}])");
  EXPECT_EQ(outcome_at(story.client("c"), at(20min - 1ns)), Outcome::Forgotten);
  EXPECT_EQ(outcome_at(story.client("c"), at(20min)), Outcome::Alive);
  EXPECT_EQ(story.client("c").blame.kind, FaultKind::Host);
}

TEST(HostStory, WhoClosesBecauseItsPeerDidHasNobodyToBlame) {
  const ScenarioStory story = hour(R"("connections": [{"name": "c"}],
      "events": [{"at": "10m", "close": "c", "side": "server"}])");
  EXPECT_EQ(story.client("c").outcome, Outcome::Closed);
  EXPECT_EQ(story.client("c").blame.kind, FaultKind::None);
}

TEST(HostStory, AServerHearsAReconnectedClientThatItFollows) {
  // The line is down long enough for the client to open a new socket.
  const ScenarioStory story = hour("\"connections\": [" + pinger("udp") +
                                   R"(], "events": [{"at": "10m1s", "cut": "outside",
                                                     "for": "3m"}])");
  EXPECT_EQ(story.client("c").outcome, Outcome::Alive);
  EXPECT_EQ(story.server("c").outcome, Outcome::Alive);
  const ScenarioStory deaf =
      hour("\"connections\": [" + pinger("udp", R"(, "server_follows": false)") +
           R"(], "events": [{"at": "10m1s", "cut": "outside", "for": "3m"}])");
  EXPECT_EQ(deaf.server("c").outcome, Outcome::Forgotten)
      << "it answers to a socket that is no more";
}

TEST(HostStory, WhoReconnectsInVainKnowsThatItsPeerIsGone) {
  const ScenarioStory story = hour("\"connections\": [" + pinger("udp") +
                                   R"(], "events": [{"at": "10m1s", "crash": "server"}])");
  // Pings at 10:30, 11:00 and 11:30; nothing by 12:00, and nothing ever after.
  EXPECT_EQ(story.client("c").outcome, Outcome::Detected);
  EXPECT_EQ(story.client("c").times_forgotten, 1u);
  EXPECT_GT(story.client("c").reconnects, 10u);
  ASSERT_TRUE(story.client("c").noticed_at.has_value());
  EXPECT_EQ(story.client("c").blackhole, *story.client("c").noticed_at - at(10min + 1s))
      << "who looks for its peer believes in nothing";
}

TEST(HostStory, NobodyReachesAServerThatHasMoved) {
  for (const char* transport : {"tcp", "udp"}) {
    const ScenarioStory story =
        hour("\"connections\": [{\"name\": \"c\", \"transport\": \"" + std::string(transport) +
             R"(", "traffic": [{"every": "10s", "bytes": 10}]}],
                "events": [{"at": "10m5s", "change_address": "server"}])");
    // 00:00:10 to 00:10:00 arrive, sixty messages of ten seconds each.
    EXPECT_EQ(story.client("c").messages.delivered, 60u) << transport;
    EXPECT_EQ(story.client("c").forgotten_at, at(10min + 5s)) << transport;
    EXPECT_EQ(story.connection("c").blame.kind, FaultKind::Address) << transport;
    EXPECT_EQ(story.connection("c").blame.who, "server") << transport;
  }
}

TEST(HostStory, AServerThatDoesNotFollowLosesAClientThatMoves) {
  // The client writes on the full ten seconds and moves five seconds later; the server writes
  // every ten seconds to where it believes the client.
  const std::string traffic = R"("traffic": [{"every": "10s", "bytes": 10},
      {"every": "10s", "at": "17s", "from": "server", "bytes": 10}])";
  const std::string moves = R"("events": [{"at": "10m5s", "change_address": "client"}])";
  for (const char* path : {R"({"link": {"delay": "5ms"}})",
                           R"({"middlebox": {"profile": "linux-conntrack"}}, {"link": {}})"}) {
    const ScenarioStory story(R"({"duration": "1h", "path": [)" + std::string(path) +
                              R"(], "connections": [
        {"name": "stays", "transport": "udp", "server_follows": false, )" +
                              traffic + R"(}, {"name": "follows", "transport": "udp", )" + traffic +
                              "}], " + moves + "}");
    EXPECT_EQ(story.server("stays").outcome, Outcome::Forgotten) << path;
    EXPECT_EQ(story.connection("stays").blame.kind, FaultKind::Address) << path;
    EXPECT_EQ(story.server("stays").messages.delivered, 59u) << path << " from 0:17 to 9:57";
    // Until the client's next word at 10:10 the other server does not know either.
    EXPECT_EQ(story.server("follows").forgotten_at, at(10min + 5s)) << path;
    EXPECT_EQ(story.server("follows").times_forgotten, 1u) << path;
    EXPECT_TRUE(story.server("follows").outcome == Outcome::Alive ||
                story.server("follows").outcome == Outcome::Remapped)
        << path;
    EXPECT_LT(story.server("follows").blackhole, 5s + 10ms) << path;
    EXPECT_GE(story.server("follows").blackhole, 5s) << path;
  }
}

TEST(HostStory, ABoxRightBesideTheClientIsHeldToWhatItForgets) {
  const ScenarioStory story(R"({"duration": "1h",
      "path": [{"middlebox": {"name": "nlb", "profile": "aws-nlb"}}, {"link": {"delay": "1ms"}}],
      "connections": [{"name": "tcp"}, {"name": "udp", "transport": "udp",
                       "traffic": [{"at": "0s", "bytes": 10}]}]})");
  for (const char* name : {"tcp", "udp"}) {
    EXPECT_EQ(story.connection(name).outcome, Outcome::Forgotten) << name;
    EXPECT_EQ(story.connection(name).blame.who, "nlb") << name;
  }
  EXPECT_EQ(story.client("tcp").forgotten_at, at(350s + 2ms)) << "the ACK passes at 2 ms";
  EXPECT_EQ(story.server("udp").forgotten_at, at(120s));
  EXPECT_FALSE(story.client("udp").forgotten_at) << "its next datagram opens a flow anew";
}

TEST(HostStory, WhoGaveUpBecauseOfACutThatHasHealedBlamesTheCut) {
  // The last answer comes at 9:50, the line is down from 10:00 to 10:25; the probes of 10:00, 10:10
  // and 10:20 are lost, and at 10:30 the kernel gives up.
  const std::string strategy =
      R"("strategy": {"tcp_keepalive": {"idle": "10s", "interval": "10s", "count": 3,
         "side": "client"}})";
  const ScenarioStory story =
      hour(R"("connections": [{"name": "c", )" + strategy +
           R"(}], "events": [{"at": "9m59s", "cut": "outside", "for": "26s"}])");
  EXPECT_EQ(story.client("c").outcome, Outcome::Detected);
  EXPECT_GT(*story.client("c").noticed_at, at(10min + 25s));
  EXPECT_EQ(story.client("c").blame.kind, FaultKind::Link);
  EXPECT_EQ(story.connection("c").blame.who, "outside");
}

TEST(HostStory, ACutThatWasOverBeforeTheLastAnswerIsNotToBlame) {
  // The line is down for a second while nobody speaks; half an hour later the server does not
  // answer within the client's patience.
  const ScenarioStory story = hour(R"("connections": [{"name": "c", "traffic":
        [{"at": "20m", "answer": {}},
         {"at": "30m", "answer": {"after": "2m"}, "give_up": "1m"}]}],
      "events": [{"at": "10m", "cut": "outside", "for": "1s"}])");
  EXPECT_EQ(story.client("c").outcome, Outcome::Detected);
  EXPECT_EQ(story.client("c").blame.kind, FaultKind::None);
}

TEST(HostStory, AConnectionThatSlumberedThroughSaysWhoSlept) {
  const ScenarioStory story = hour(R"("connections": [{"name": "c"}],
      "events": [{"at": "10m", "suspend": "client", "for": "5m"}])");
  EXPECT_EQ(story.connection("c").outcome, Outcome::Alive);
  EXPECT_EQ(story.client("c").blackhole, 5min);
  EXPECT_EQ(story.connection("c").blame.kind, FaultKind::Asleep);
  EXPECT_EQ(story.connection("c").blame.who, "client");
}

TEST(HostStory, WhatRepeatsIsNotWrittenAtTheVeryEnd) {
  const ScenarioStory story =
      hour(R"("connections": [{"name": "c", "traffic": [{"every": "10m", "bytes": 10}]}])");
  EXPECT_EQ(story.client("c").messages.sent, 5u);
  EXPECT_EQ(story.client("c").messages.delivered, 5u);
}

}  // namespace
}  // namespace stayalive
