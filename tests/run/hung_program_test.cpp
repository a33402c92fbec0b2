// SPDX-License-Identifier: Apache-2.0
// A program that does not run while its kernel does.
#include <gtest/gtest.h>

#include "run/beside.h"
#include "support/scenario_story.h"

namespace stayalive {
namespace {

// A client, 10 ms, a server, and what happens.
std::string direct(const std::string& connections, const std::string& events,
                   const std::string& duration = "1h") {
  return R"({"duration": ")" + duration +
         R"(", "path": [{"link": {"delay": "10ms"}}], "connections": [)" + connections +
         R"(], "events": [)" + events + "]}";
}

constexpr const char* kServerHangs = R"({"at": "10m", "hang": "c", "side": "server", "for": "5m"})";

TEST(HungProgram, ItsKernelAnswersTheProbesOfTcp) {
  const ScenarioStory story(direct(
      R"({"name": "c", "strategy":
          {"tcp_keepalive": {"idle": "10s", "interval": "5s", "count": 2}}})",
      kServerHangs));
  EXPECT_EQ(story.client("c").outcome, Outcome::Alive);
  EXPECT_EQ(story.client("c").noticed_at, std::nullopt);
}

TEST(HungProgram, AnAliveMessageOfSshIsNotAnswered) {
  const std::string ssh = R"({"name": "c", "strategy": {"ssh": {"server_alive_interval": "30s",
                                                   "server_alive_count_max": 3}}})";
  const ScenarioStory story(direct(ssh, kServerHangs));
  EXPECT_EQ(story.client("c").outcome, Outcome::Detected);
  EXPECT_TRUE(close_to(story.client("c").noticed_at, at(11min + 30s), 1s))
      << "the last answer came at 9m30s: (3 + 1) x 30 s";
  EXPECT_EQ(story.client("c").blame.kind, FaultKind::Hung);
  EXPECT_EQ(story.client("c").blame.who, "server");
  // A shorter one is survived.
  const ScenarioStory shorter(
      direct(ssh, R"({"at": "10m", "hang": "c", "side": "server", "for": "89s"})"));
  EXPECT_EQ(shorter.client("c").outcome, Outcome::Alive);
  EXPECT_EQ(shorter.client("c").noticed_at, std::nullopt);
}

TEST(HungProgram, WhatComesMeanwhileIsAnsweredWhenItGoesOn) {
  const ScenarioStory story(direct(
      R"({"name": "c", "traffic": [{"at": "11m", "answer": {}}, {"at": "14m59s", "answer": {}}]})",
      kServerHangs));
  const SideReport& client = story.client("c");
  EXPECT_EQ(client.messages.answered, 2u);
  EXPECT_EQ(client.messages.late, 1u) << "the second waits for a second only, and the limit is 1 s";
  EXPECT_EQ(client.outcome, Outcome::Alive);
}

TEST(HungProgram, AFullWindowLastsUntilItGoesOnUnlessAUserTimeoutEndsIt) {
  const std::string traffic = R"("traffic": [{"at": "10m1s", "bytes": 300000}])";
  const ScenarioStory patient(direct(R"({"name": "c", )" + traffic + "}", kServerHangs));
  EXPECT_EQ(patient.client("c").outcome, Outcome::Alive);
  EXPECT_EQ(patient.client("c").messages.delivered, 1u);
  const ScenarioStory limited(
      direct(R"({"name": "c", "socket": {"client": {"user_timeout": "1m"}}, )" + traffic + "}",
             kServerHangs));
  EXPECT_EQ(limited.client("c").error, SocketError::TimedOut);
}

TEST(HungProgram, TheBufferOfDatagramsHoldsSoManyAndNoMore) {
  // One each second, from 10m1s on; 832 bytes of 212,992 each: 256.
  for (const auto& [bytes, kept] :
       {std::pair{"197", 256u}, std::pair{"198", 166u}, std::pair{"646", 92u}}) {
    const ScenarioStory story(direct(R"({"name": "c", "transport": "udp", "traffic": [
                 {"at": "1m"}, {"at": "10m1s", "every": "1s", "until": "14m59s", "bytes": )" +
                                         std::string(bytes) + "}]}",
                                     kServerHangs));
    EXPECT_EQ(story.client("c").messages.delivered, 1u + kept) << bytes;
  }
}

TEST(HungProgram, WhoeverCallsMeanwhileIsConnectedByTheKernelAndServedLater) {
  const ScenarioStory story(direct(
      R"({"name": "c", "start": "11m", "traffic": [{"at": "12m", "answer": {}}]})", kServerHangs));
  EXPECT_EQ(story.connection("c").sides[0].opened_at, at(11min + 20ms));
  EXPECT_EQ(story.client("c").messages.answered, 1u);
  EXPECT_EQ(story.server("c").messages.answered, 0u);
}

// At a server that serves others, too, what waits in the accept queue is not read either.
TEST(HungProgram, ThatBeginsMeanwhileAtASharedServerReadsNothingUntilItGoesOn) {
  const ScenarioStory story(R"({"duration": "1h", "path": [{"link": {"delay": "10ms"}}],
      "servers": {"web": {"workers": 5}},
      "connections": [{"name": "c", "server": "web", "start": "11m",
        "socket": {"client": {"user_timeout": "1m"}},
        "traffic": [{"at": "11m1s", "bytes": 300000}]}],
      "events": [{"at": "10m", "hang": "c", "side": "server", "for": "5m"}]})");
  EXPECT_EQ(story.client("c").error, SocketError::TimedOut) << "its window is full";
}

TEST(HungProgram, ThatIsKilledEndsAtOnceAndOneThatIsToCloseDoesNot) {
  const std::string connection = R"({"name": "c"})";
  const ScenarioStory killed(direct(
      connection, std::string(kServerHangs) + R"(, {"at": "11m", "kill": "c", "side": "server"})"));
  EXPECT_EQ(killed.client("c").outcome, Outcome::Closed);
  const ScenarioStory closes(
      direct(connection,
             std::string(kServerHangs) + R"(, {"at": "11m", "close": "c", "side": "server"})"));
  EXPECT_EQ(closes.client("c").outcome, Outcome::Alive);
}

TEST(HungProgram, LearnsOfItsPeersEndWhenItGoesOn) {
  const ScenarioStory story(
      direct(R"({"name": "c"})", std::string(kServerHangs) + R"(, {"at": "11m", "close": "c"})"));
  EXPECT_EQ(story.server("c").outcome, Outcome::Closed);
  EXPECT_EQ(outcome_at(story.server("c"), at(15min - 1ns)), Outcome::Forgotten);
  const ScenarioStory reset(direct(
      R"({"name": "c", "strategy":
          {"ssh": {"server_alive_interval": "10s", "server_alive_count_max": 1}}})",
      kServerHangs));
  EXPECT_EQ(reset.client("c").outcome, Outcome::Detected);
  EXPECT_NE(reset.server("c").outcome, Outcome::Alive);
}

TEST(HungProgram, ASkippedRunIsTheFullRun) {
  for (const char* strategy :
       {R"({"tcp_keepalive": {"idle": "20s"}})", R"({"keepalive": {"interval": "10s"}})"}) {
    const Beside beside = expect_same(
        direct(R"({"name": "c", "strategy": )" + std::string(strategy) + "}", kServerHangs, "5h"));
    EXPECT_GT(beside.skipped, 0u);
  }
}

}  // namespace
}  // namespace stayalive
