// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "support/scenario_story.h"

namespace stayalive {
namespace {

// A client, 1 ms, a box, 9 ms, a server; what differs is filled in.
std::string through(const std::string& box, const std::string& rest) {
  return R"({"duration": "1h",
            "path": [{"link": {"name": "inside", "delay": "1ms"}}, {"middlebox": )" +
         box + R"(}, {"link": {"name": "outside", "delay": "9ms"}}], )" + rest + "}";
}

constexpr const char* kRouter =
    R"({"name": "router", "profile": "linux-conntrack", "timeouts": {"tcp.established": "5m"}})";
constexpr const char* kStrictRouter =
    R"({"name": "router", "profile": "linux-conntrack", "timeouts": {"tcp.established": "5m"},
        "netfilter": {"tcp_loose": false, "forward": "drop-invalid", "input": "drop"}})";

TEST(Outcome, AnIdleConnectionIsForgottenByBothSidesAtTheTimeout) {
  const ScenarioStory story(through(kRouter, R"("connections": [{"name": "idle"}])"));
  // The handshake's last ACK passes the router at 21 ms, in the tick that began at 20 ms.
  EXPECT_EQ(story.client("idle").outcome, Outcome::Forgotten);
  EXPECT_EQ(story.server("idle").outcome, Outcome::Forgotten);
  EXPECT_EQ(story.client("idle").forgotten_at, at(5min + 20ms));
  EXPECT_EQ(story.client("idle").noticed_at, std::nullopt);
  EXPECT_EQ(story.client("idle").blackhole, 55min - 20ms);
  const Blame& blame = story.connection("idle").blame;
  EXPECT_EQ(blame.kind, FaultKind::Flow);
  EXPECT_EQ(blame.who, "router");
  EXPECT_EQ(blame.timer, "tcp.established");
  EXPECT_EQ(blame.setting, "nf_conntrack_tcp_timeout_established");
  EXPECT_EQ(blame.timeout, 5min);
  EXPECT_EQ(blame.refreshed_at, at(21ms));
  EXPECT_EQ(blame.refreshed_from, Side::Internal);
}

TEST(Outcome, TheClientsWordWakesAFlowThatALooseRouterForgot) {
  const ScenarioStory story(through(kRouter,
                                    R"("connections": [{"name": "c",
            "traffic": [{"at": "10m", "from": "client", "bytes": 10}]}])"));
  EXPECT_EQ(outcome_at(story.client("c"), at(5min + 20ms - 1ns)), Outcome::Alive);
  EXPECT_EQ(outcome_at(story.client("c"), at(5min + 20ms)), Outcome::Forgotten);
  EXPECT_EQ(outcome_at(story.client("c"), at(10min)), Outcome::Forgotten);
  EXPECT_EQ(outcome_at(story.client("c"), at(10min + 1ms)), Outcome::Alive)
      << "the data reaches the router";
  EXPECT_EQ(story.client("c").messages.delivered, 1u);
  EXPECT_EQ(story.client("c").messages.late, 0u);
}

TEST(Outcome, TheServersWordMeetsTheRoutersOwnResetAndTheClientStaysBehind) {
  const ScenarioStory story(through(kRouter,
                                    R"("connections": [{"name": "c",
            "traffic": [{"at": "10m", "from": "server", "bytes": 10}]}])"));
  EXPECT_EQ(story.server("c").outcome, Outcome::Reset);
  EXPECT_EQ(story.server("c").error, SocketError::Reset);
  EXPECT_EQ(story.server("c").noticed_at, at(10min + 18ms)) << "9 ms to the router and 9 ms back";
  EXPECT_EQ(story.client("c").outcome, Outcome::Forgotten);
  EXPECT_EQ(story.connection("c").outcome, Outcome::Forgotten);
  EXPECT_EQ(story.server("c").blame.timer, "tcp.established");
  EXPECT_EQ(story.server("c").messages.lost, 1u);
}

TEST(Outcome, TheClientLearnsAtItsNextWordThatItsPeerWasReset) {
  const ScenarioStory story(through(
      kRouter,
      R"("connections": [{"name": "c", "traffic": [{"at": "10m", "from": "server", "bytes": 10},
              {"at": "20m", "from": "client", "bytes": 10}]}])"));
  EXPECT_EQ(story.client("c").outcome, Outcome::Reset);
  EXPECT_EQ(story.client("c").noticed_at, at(20min + 20ms));
  EXPECT_EQ(story.client("c").blame.kind, FaultKind::Flow)
      << "the root is the expiry, not the peer's absence";
  EXPECT_EQ(story.client("c").blame.at, at(5min + 20ms));
}

TEST(Outcome, ASilentBoxLetsTheKernelGiveUpAfterItsKeepalives) {
  const ScenarioStory story(through(kStrictRouter,
                                    R"("connections": [{"name": "c",
          "strategy": {"tcp_keepalive": {"idle": "10m", "interval": "1m", "count": 3,
          "side": "client"}}}])"));
  // The client's last segment came at 20 ms; probes at 10, 11 and 12 minutes, the end at 13.
  EXPECT_EQ(story.client("c").outcome, Outcome::Detected);
  EXPECT_EQ(story.client("c").error, SocketError::TimedOut);
  EXPECT_EQ(story.client("c").noticed_at, at(13min + 20ms));
  EXPECT_EQ(story.client("c").counters.keepalives, 3u);
  EXPECT_EQ(story.server("c").outcome, Outcome::Forgotten);
  EXPECT_EQ(story.client("c").blackhole, 8min);
}

TEST(Outcome, AKeepaliveJustBelowTheTimeoutSurvivesAndOneJustAboveDoesNot) {
  const auto with_idle = [](const std::string& idle) {
    return ScenarioStory(through(
        kStrictRouter, R"("connections": [{"name": "c", "strategy": {"tcp_keepalive": {"idle": ")" +
                           idle + R"(", "side": "client"}}}])"));
  };
  EXPECT_EQ(with_idle("299s").client("c").outcome, Outcome::Alive);
  EXPECT_EQ(with_idle("301s").client("c").outcome, Outcome::Detected);
}

TEST(Outcome, ACrashedServerIsNoticedByProbesAndARebootedOneByItsReset) {
  const char* strategy =
      R"("strategy": {"tcp_keepalive": {"idle": "1m", "interval": "10s", "count": 3}})";
  const ScenarioStory crash(
      through(kRouter, R"("connections": [{"name": "c", )" + std::string(strategy) +
                           R"(}], "events": [{"at": "90s", "crash": "server"}])"));
  EXPECT_EQ(crash.client("c").outcome, Outcome::Detected);
  EXPECT_EQ(crash.client("c").blame.kind, FaultKind::Host);
  EXPECT_EQ(crash.client("c").blame.who, "server");
  const ScenarioStory reboot(
      through(kRouter, R"("connections": [{"name": "c", )" + std::string(strategy) +
                           R"(}], "events": [{"at": "90s", "reboot": "server", "for": "5s"}])"));
  EXPECT_EQ(reboot.client("c").outcome, Outcome::Reset);
}

TEST(Outcome, AKilledServerClosesInOrder) {
  const ScenarioStory story(through(kRouter,
                                    R"("connections": [{"name": "c"}],
          "events": [{"at": "1m", "kill": "c", "side": "server"}])"));
  EXPECT_EQ(story.server("c").outcome, Outcome::Closed);
  EXPECT_EQ(story.client("c").outcome, Outcome::Closed);
  EXPECT_EQ(story.client("c").noticed_at, std::nullopt);
  EXPECT_EQ(story.client("c").timeline.back().at, at(1min + 10ms));
}

TEST(Outcome, ACutThatHealsBeforeAnybodyNoticesKillsNothing) {
  const ScenarioStory story(through(
      kRouter,
      R"("connections": [{"name": "ssh", "strategy": {"ssh": {"server_alive_interval": "30s"}}}],
         "events": [{"at": "95s", "cut": "outside", "for": "20s"}])"));
  EXPECT_EQ(story.client("ssh").outcome, Outcome::Alive);
  EXPECT_EQ(story.client("ssh").times_forgotten, 0u);
  EXPECT_EQ(story.client("ssh").blackhole, 20s);
}

TEST(Outcome, ACutThatLastsIsNoticedAndTheLineIsToBlame) {
  const ScenarioStory story(through(
      kRouter,
      R"("connections": [{"name": "ssh", "strategy": {"ssh": {"server_alive_interval": "30s"}}}],
         "events": [{"at": "95s", "cut": "outside"}])"));
  EXPECT_EQ(story.client("ssh").outcome, Outcome::Detected);
  EXPECT_EQ(story.client("ssh").blame.kind, FaultKind::Link);
  EXPECT_EQ(story.client("ssh").blame.who, "outside");
  EXPECT_EQ(story.client("ssh").exit_code, 255);
}

TEST(Outcome, NobodyListeningIsRefused) {
  const ScenarioStory story(through(kRouter, R"("connections": [{"name": "c", "start": "10s"}],
                          "events": [{"at": "1s", "crash": "server"}])"));
  EXPECT_EQ(story.client("c").outcome, Outcome::Refused);
  EXPECT_EQ(story.client("c").error, SocketError::TimedOut);
  EXPECT_EQ(story.server("c").outcome, std::nullopt);
}

TEST(Outcome, AFullTableKeepsAConnectionFromBeginning) {
  const ScenarioStory story(
      through(R"({"name": "nat", "profile": "rfc-minimum", "capacity": 1, "when_full": "refuse"})",
              R"("connections": [{"name": "first"}, {"name": "second", "start": "1s"},
          {"name": "datagrams", "transport": "udp",
           "traffic": [{"at": "2s", "from": "client", "bytes": 10}]}])"));
  EXPECT_EQ(story.client("first").outcome, Outcome::Alive);
  EXPECT_EQ(story.client("second").outcome, Outcome::Refused);
  EXPECT_EQ(story.client("second").blame.kind, FaultKind::Drop);
  EXPECT_EQ(story.client("second").blame.who, "nat");
  EXPECT_EQ(story.client("second").blame.reason, "table-full");
  // A UDP client is not told: nobody has state for it, and it does not know.
  EXPECT_EQ(story.client("datagrams").outcome, Outcome::Forgotten);
  EXPECT_EQ(story.client("datagrams").forgotten_at, at(2s + 1ms));
}

TEST(Outcome, AFlushedBoxIsToBlame) {
  const ScenarioStory story(
      through(kStrictRouter,
              R"("connections": [{"name": "c"}], "events": [{"at": "1m", "flush": "router"}])"));
  EXPECT_EQ(story.client("c").outcome, Outcome::Forgotten);
  EXPECT_EQ(story.client("c").forgotten_at, at(1min));
  EXPECT_EQ(story.client("c").blame.event, FlowEvent::Flushed);
}

TEST(Outcome, OfSeveralDeathsTheFirstIsTheOneThatIsTold) {
  const ScenarioStory story(
      through(R"({"name": "nat", "profile": "rfc-minimum"})",
              R"("connections": [{"name": "c", "transport": "udp", "traffic": [
             {"at": "0s", "from": "client", "bytes": 10},
             {"at": "3m", "from": "client", "bytes": 10}]}],
         "events": [{"at": "4m", "flush": "nat"}])"));
  EXPECT_EQ(story.client("c").times_forgotten, 2u);
  EXPECT_EQ(story.client("c").forgotten_at, at(2min + 1ms));
  EXPECT_EQ(story.client("c").blame.event, FlowEvent::Expired);
  EXPECT_EQ(story.client("c").blame.at, at(2min + 1ms));
  EXPECT_EQ(story.connection("c").blame.at, at(2min + 1ms));
}

TEST(Outcome, ATcpClientThatChangesItsAddressIsCutOffAndAUdpOneMovesOn) {
  const ScenarioStory story(through(kRouter,
                                    R"("connections": [
           {"name": "tcp", "traffic": [{"at": "2m", "from": "client", "bytes": 10}]},
           {"name": "udp", "transport": "udp", "strategy": {"keepalive": {"interval": "10s"}}}],
         "events": [{"at": "1m", "change_address": "client"}])"));
  EXPECT_EQ(story.client("tcp").outcome, Outcome::Detected);
  EXPECT_EQ(story.client("tcp").blame.kind, FaultKind::Address);
  EXPECT_NE(story.client("udp").outcome, Outcome::Detected);
  EXPECT_GT(story.server("udp").counters.packets_received, 300u);
}

TEST(Outcome, EachOfTwoBoxesCanBeTheOneThatForgot) {
  const ScenarioStory story(
      R"({"duration": "1h", "path": [
            {"middlebox": {"name": "home", "profile": "linux-conntrack",
              "timeouts": {"tcp.established": "20m"}}},
            {"link": {"delay": "5ms"}},
            {"middlebox": {"name": "carrier", "profile": "linux-conntrack",
              "timeouts": {"tcp.established": "10m"}}},
            {"link": {"delay": "5ms"}}],
          "connections": [{"name": "c"}]})");
  EXPECT_EQ(story.connection("c").blame.who, "carrier");
  EXPECT_EQ(story.client("c").times_forgotten, 1u);
}

TEST(Outcome, APingAtTheVeryInstantOfForgettingMovesToAnotherPortAndTheBoxIsToBlame) {
  const auto after = [](const std::string& interval) {
    return ScenarioStory(R"({"duration": "10m", "path": [{"link": {"delay": "50ms"}},
      {"middlebox": {"name": "cgn", "profile": "carrier-nat", "refresh": {"udp": "outbound"},
                     "timeouts": {"udp.single": "30s", "udp.stream": "30s"}}}],
      "connections": [{"name": "p", "transport": "udp",
                       "strategy": {"keepalive": {"interval": ")" +
                         interval + R"("}}}]})");
  };
  const ScenarioStory sooner = after("29999ms");
  EXPECT_EQ(sooner.connection("p").outcome, Outcome::Alive);
  EXPECT_EQ(sooner.connection("p").blame.kind, FaultKind::None);
  const ScenarioStory exactly = after("30s");
  EXPECT_EQ(exactly.connection("p").outcome, Outcome::Remapped);
  EXPECT_EQ(exactly.client("p").times_forgotten, 0u) << "nothing was missing for any time";
  EXPECT_EQ(exactly.connection("p").blame.who, "cgn");
  EXPECT_EQ(exactly.connection("p").blame.timer, "udp.single");
  const ScenarioStory later = after("30001ms");
  EXPECT_GT(later.client("p").times_forgotten, 0u);
}

}  // namespace
}  // namespace stayalive
