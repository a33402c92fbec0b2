// SPDX-License-Identifier: Apache-2.0
// A network that changes under its connections: outside addresses, targets and standbys.
#include <gtest/gtest.h>

#include "run/beside.h"
#include "support/scenario_story.h"

namespace stayalive {
namespace {

// A client, 1 ms, a box, 9 ms, a server, and what happens at 10 minutes.
std::string changed(const std::string& box, const std::string& connections,
                    const std::string& event) {
  return R"({"duration": "1h",
            "path": [{"link": {"delay": "1ms"}}, {"middlebox": {"name": "box", )" +
         box + R"(}}, {"link": {"delay": "9ms"}}], "connections": [)" + connections +
         R"(], "events": [{"at": "10m", )" + event + "}]}";
}

constexpr const char* kNat =
    R"("profile": "openwrt", "timeouts": {"udp.single": "30s", "udp.stream": "30s"})";
constexpr const char* kFirewall =
    R"("profile": "linux-conntrack", "netfilter": {"tcp_loose": false, "forward": "drop-invalid",
       "input": "drop"})";

std::string pings(const std::string& name, const std::string& every) {
  return R"({"name": ")" + name + R"(", "transport": "udp", "traffic": [{"at": "1s", "every": ")" +
         every + R"(", "answer": {}}]})";
}

TEST(OutsideAddress, AKeepaliveThatIsInTimeKeepsTheEntryUnderTheOldAddressForEver) {
  const ScenarioStory story(changed(kNat, pings("in-time", "29s") + "," + pings("late", "31s"),
                                    R"("change_address": "box", "entries": "kept")"));
  const SideReport& in_time = story.client("in-time");
  EXPECT_EQ(in_time.outcome, Outcome::Forgotten);
  EXPECT_EQ(in_time.forgotten_at, at(10min));
  EXPECT_EQ(in_time.noticed_at, std::nullopt);
  EXPECT_EQ(in_time.blackhole, 50min);
  // 10m10s is the first question after it; the 21 before have been answered.
  EXPECT_EQ(in_time.messages.answered, 21u);
  EXPECT_EQ(story.server("in-time").outcome, Outcome::Forgotten);
  const Blame& blame = story.connection("in-time").blame;
  EXPECT_EQ(blame.who, "box");
  EXPECT_EQ(blame.event, FlowEvent::AddressGone);
  EXPECT_EQ(blame.at, at(10min));
  // Who is silent for longer than the timeout has a new entry each time, under the new address.
  const MessageCounters& late = story.client("late").messages;
  EXPECT_EQ(late.answered, late.sent);
}

TEST(OutsideAddress, WhereEntriesAreForgottenTheNextDatagramHasTheNewAddress) {
  const ScenarioStory story(changed(kNat, pings("in-time", "29s"), R"("change_address": "box")"));
  const MessageCounters& messages = story.client("in-time").messages;
  EXPECT_EQ(messages.answered, messages.sent);
  EXPECT_EQ(story.server("in-time").outcome, Outcome::Remapped);
}

TEST(OutsideAddress, TcpUnderTheOldAddressIsHeardAndNeverAnswered) {
  const ScenarioStory story(changed(kNat, R"({"name": "c", "traffic": [
           {"at": "11m", "bytes": 10, "answer": {}}]})",
                                    R"("change_address": "box", "entries": "kept")"));
  EXPECT_EQ(story.server("c").messages.answered, 0u);
  EXPECT_EQ(story.client("c").messages.delivered, 1u) << "the way out is open";
  EXPECT_EQ(story.client("c").messages.answered, 0u);
  EXPECT_EQ(story.client("c").error, SocketError::TimedOut);
  EXPECT_EQ(story.connection("c").blame.event, FlowEvent::AddressGone);
}

// With a mapping for each inside endpoint, too, what is new gets the new address.
TEST(OutsideAddress, WhatIsOpenedAfterwardsIsKnownByTheNewAddress) {
  for (const char* nat : {R"("profile": "rfc-minimum")", R"("profile": "openwrt")"}) {
    const ScenarioStory story(changed(nat, R"({"name": "c", "client_port": 5000,
             "start": "11m", "traffic": [{"at": "12m", "answer": {}}]})",
                                      R"("change_address": "box", "entries": "kept")"));
    EXPECT_EQ(story.client("c").messages.answered, 1u) << nat;
    EXPECT_EQ(story.client("c").outcome, Outcome::Alive) << nat;
  }
}

TEST(ReplacedTarget, AnEntryThatIsKeptAliveLeadsToTheOldInstance) {
  const ScenarioStory story(changed(kNat, pings("in-time", "29s") + "," + pings("late", "31s"),
                                    R"("replace": "server", "behind": "box")"));
  EXPECT_EQ(story.client("in-time").outcome, Outcome::Forgotten);
  EXPECT_EQ(story.client("in-time").forgotten_at, at(10min));
  EXPECT_EQ(story.client("in-time").messages.answered, 21u);
  EXPECT_EQ(story.connection("in-time").blame.who, "box");
  EXPECT_EQ(story.connection("in-time").blame.event, FlowEvent::TargetGone);
  const MessageCounters& late = story.client("late").messages;
  EXPECT_EQ(late.answered, late.sent) << "the next entry leads to the new instance";
}

TEST(ReplacedTarget, NobodyIsThereBetweenTheTwo) {
  // 31 s apart from 1 s on: the first at or after 10m is at 10m21s, the next at 10m52s.
  for (const auto& [span, lost] : {std::pair{"20s", 0u}, std::pair{"22s", 1u}}) {
    const ScenarioStory story(
        changed(kNat, pings("late", "31s"),
                R"("replace": "server", "behind": "box", "for": ")" + std::string(span) + "\""));
    const MessageCounters& messages = story.client("late").messages;
    EXPECT_EQ(messages.sent - messages.answered, lost) << span;
  }
}

TEST(ReplacedTarget, ATcpClientLearnsOfItFromItsTimerOnlyAndReachesTheNewInstanceThen) {
  const ScenarioStory story(changed(R"("profile": "kube-proxy")", R"({"name": "c",
           "reconnect": {},
           "traffic": [{"at": "11m", "answer": {}}, {"at": "40m", "answer": {}}]})",
                                    R"("replace": "server", "behind": "box")"));
  EXPECT_EQ(story.client("c").error, SocketError::TimedOut) << "nothing answers, not even a RST";
  EXPECT_EQ(story.client("c").messages.answered, 1u);
  EXPECT_EQ(story.client("c").outcome, Outcome::Alive);
}

TEST(Standby, WithTheTableOfTheOtherItGoesOnAfterASpanInWhichNothingPasses) {
  const ScenarioStory story(changed(kFirewall, R"({"name": "c", "traffic": [
           {"at": "10m2s", "answer": {}}, {"at": "20m", "from": "server"}]})",
                                    R"("take_over": "box", "for": "3s", "synchronised": true)"));
  EXPECT_EQ(story.client("c").outcome, Outcome::Alive);
  EXPECT_EQ(story.client("c").forgotten_at, std::nullopt);
  EXPECT_EQ(story.client("c").blackhole, 3s);
  EXPECT_EQ(story.client("c").messages.answered, 1u) << "by a retransmission";
  EXPECT_EQ(story.server("c").messages.delivered, 2u);
  EXPECT_EQ(story.connection("c").blame.kind, FaultKind::Away);
}

TEST(Standby, WithoutTheTableItKnowsNobody) {
  const ScenarioStory story(changed(kFirewall,
                                    R"({"name": "c", "traffic": [{"at": "20m", "answer": {}}]})",
                                    R"("take_over": "box", "for": "3s")"));
  EXPECT_EQ(story.client("c").outcome, Outcome::Detected);
  EXPECT_EQ(story.client("c").forgotten_at, at(10min));
  EXPECT_EQ(story.connection("c").blame.event, FlowEvent::Flushed);
}

TEST(Standby, AWatcherThatIsLessPatientThanTheTakeOverGivesUp) {
  for (const auto& [span, outcome] :
       {std::pair{"3s", Outcome::Alive}, std::pair{"6s", Outcome::Detected}}) {
    const ScenarioStory story(changed(
        kFirewall, R"({"name": "c", "transport": "udp", "strategy":
             {"keepalive": {"interval": "1s", "give_up_after": "5s"}}})",
        R"("take_over": "box", "synchronised": true, "for": ")" + std::string(span) + "\""));
    EXPECT_EQ(story.client("c").outcome, outcome) << span;
    if (outcome == Outcome::Detected) {
      EXPECT_EQ(story.client("c").blame.kind, FaultKind::Away);
      EXPECT_EQ(story.client("c").blame.who, "box");
    }
  }
}

TEST(NetworkChanges, APassedOverRunIsTheFullRun) {
  const std::string connections = pings("often", "2s") + "," + pings("seldom", "40s");
  for (const char* event :
       {R"("change_address": "box", "entries": "kept")", R"("change_address": "box")",
        R"("replace": "server", "behind": "box", "for": "7s")",
        R"("take_over": "box", "for": "3s", "synchronised": true)",
        R"("take_over": "box", "for": "3s")"}) {
    const Beside beside = expect_same(changed(kNat, connections, event));
    EXPECT_GT(beside.skipped, 0u) << event;
  }
}

}  // namespace
}  // namespace stayalive
