// SPDX-License-Identifier: Apache-2.0
#include "run/claim.h"

#include <gtest/gtest.h>

#include "support/says.h"
#include "support/scenario_story.h"

namespace stayalive {
namespace {

// A connection whose client has written 100 messages, 97 of which arrived, 2 of them late; one was
// lost, one never sent, and one may still arrive.  The server has written none.
ConnectionReport written() {
  ConnectionReport connection;
  MessageCounters& messages = connection.sides[0].messages;
  messages.sent = 99;
  messages.delivered = 97;
  messages.late = 2;
  messages.lost = 1;
  messages.unsent = 1;
  messages.asked = 10;
  messages.answered = 9;
  return connection;
}

Claim claim(Metric metric, std::optional<Amount> least, std::optional<Amount> most,
            std::optional<Role> side = std::nullopt) {
  return {metric, {least, most}, side};
}

bool is_so(const Claim& claim, const ConnectionReport& connection) {
  return check_claim(claim, connection, at(1h)).holds;
}

constexpr std::uint64_t operator""_of_them(unsigned long long count) { return count; }

TEST(Claim, OfMessagesIsTriedOnBothSidesOfEachLimit) {
  const ConnectionReport connection = written();
  const auto exactly = [&](Metric metric, std::uint64_t count) {
    return is_so(claim(metric, count, count), connection) &&
           !is_so(claim(metric, count + 1, std::nullopt), connection) &&
           !is_so(claim(metric, std::nullopt, count - 1), connection);
  };
  EXPECT_TRUE(exactly(Metric::Delivered, 97));
  EXPECT_TRUE(exactly(Metric::Lost, 1));
  EXPECT_TRUE(exactly(Metric::Late, 2));
  EXPECT_TRUE(exactly(Metric::Unsent, 1));
  EXPECT_TRUE(exactly(Metric::Answered, 9));
}

TEST(Claim, SharesAreOfWhatIsKnownAtTheEnd) {
  const ConnectionReport connection = written();
  // 97 of 99: the hundredth may still arrive.
  EXPECT_TRUE(is_so(claim(Metric::Delivered, Ratio{97, 99}, std::nullopt), connection));
  EXPECT_FALSE(is_so(claim(Metric::Delivered, Ratio{98, 99}, std::nullopt), connection));
  EXPECT_TRUE(is_so(claim(Metric::Lost, std::nullopt, Ratio{1, 99}), connection));
  EXPECT_FALSE(is_so(claim(Metric::Lost, std::nullopt, Ratio{1, 100}), connection));
  EXPECT_TRUE(is_so(claim(Metric::Answered, Ratio{9, 10}, Ratio{9, 10}), connection));
}

TEST(Claim, OfNothingShowsNothing) {
  const ConnectionReport connection = written();
  const Claim all = claim(Metric::Delivered, Ratio{1, 1}, std::nullopt, Role::Server);
  const ClaimReport report = check_claim(all, connection, at(1h));
  EXPECT_FALSE(report.holds);
  EXPECT_EQ(report.found, "there were no messages of the server");
  EXPECT_TRUE(is_so(claim(Metric::Lost, 0_of_them, 0_of_them, Role::Server), connection));
}

TEST(Claim, SaysWhatWasExpectedAndFound) {
  const auto said = [](const Claim& claim) {
    const ClaimReport report = check_claim(claim, written(), at(1h));
    return report.text + " | " + report.found;
  };
  EXPECT_EQ(said(claim(Metric::Delivered, Ratio{99, 100}, std::nullopt, Role::Client)),
            "at least 99% of the messages of the client delivered | 97 of the 99 messages of the "
            "client delivered");
  EXPECT_EQ(said(claim(Metric::Unsent, 0_of_them, 0_of_them)),
            "none of the messages unsent | 1 of the 99 messages unsent");
  EXPECT_EQ(said(claim(Metric::Delivered, Ratio{100, 100}, Ratio{100, 100})),
            "all of the messages delivered | 97 of the 99 messages delivered");
  EXPECT_EQ(said(claim(Metric::Late, 3_of_them, 5_of_them)),
            "3 to 5 of the messages late | 2 of the 99 messages late");
  EXPECT_EQ(said(claim(Metric::Lost, std::nullopt, Ratio{5, 1000})),
            "at most 0.5% of the messages lost | 1 of the 99 messages lost");
}

TEST(Claim, OfCountsIsOfOneEndOrOfBothTogether) {
  ConnectionReport connection;
  connection.sides[0].counters.keepalives = 3;
  connection.sides[1].counters.keepalives = 4;
  connection.sides[0].counters.packets_sent = 10;
  connection.sides[1].counters.bytes_sent = 500;
  EXPECT_TRUE(is_so(claim(Metric::Keepalives, 7_of_them, 7_of_them), connection));
  EXPECT_TRUE(is_so(claim(Metric::Keepalives, 4_of_them, 4_of_them, Role::Server), connection));
  EXPECT_FALSE(is_so(claim(Metric::Keepalives, std::nullopt, 2_of_them, Role::Client), connection));
  EXPECT_TRUE(is_so(claim(Metric::Packets, 10_of_them, 10_of_them), connection));
  EXPECT_TRUE(is_so(claim(Metric::Bytes, 500_of_them, 500_of_them), connection));
}

TEST(Claim, OfABlackHoleIsOfTheLongerOne) {
  ConnectionReport connection;
  connection.sides[0].blackhole = 10s;
  connection.sides[1].blackhole = 20s;
  EXPECT_TRUE(is_so(claim(Metric::Blackhole, std::nullopt, Duration(20s)), connection));
  EXPECT_FALSE(is_so(claim(Metric::Blackhole, std::nullopt, Duration(20s - 1ns)), connection));
  EXPECT_TRUE(
      is_so(claim(Metric::Blackhole, std::nullopt, Duration(10s), Role::Client), connection));
}

// Forgotten at 5 min and noticed by the client at 8 min; the server never learns.
ConnectionReport noticed_by_client() {
  ConnectionReport connection;
  connection.sides[0].timeline = {
      {kStart, Outcome::Alive}, {at(5min), Outcome::Forgotten}, {at(8min), Outcome::Detected}};
  connection.sides[1].timeline = {{kStart, Outcome::Alive}, {at(5min), Outcome::Forgotten}};
  for (SideReport& side : connection.sides) {
    side.forgotten_at = at(5min);
    side.blame.kind = FaultKind::Flow;
    side.blame.at = at(5min);
  }
  return connection;
}

TEST(Claim, OfNoticingCountsFromWhatBrokeTheConnection) {
  const ConnectionReport connection = noticed_by_client();
  const auto client = [](std::optional<Amount> least, std::optional<Amount> most) {
    return claim(Metric::NoticedAfter, least, most, Role::Client);
  };
  EXPECT_TRUE(is_so(client(Duration(3min), Duration(3min)), connection));
  EXPECT_FALSE(is_so(client(std::nullopt, Duration(3min - 1ns)), connection));
  EXPECT_FALSE(is_so(client(Duration(3min + 1ns), std::nullopt), connection));
  EXPECT_FALSE(is_so(claim(Metric::NoticedAfter, std::nullopt, Duration(3min)), connection))
      << "the server, too, has to";
}

TEST(Claim, OfNoticingMayCountFromAnyInstant) {
  Claim since = claim(Metric::NoticedAfter, Duration(1min), Duration(1min), Role::Client);
  since.since = at(7min);
  EXPECT_TRUE(is_so(since, noticed_by_client()));
  since.since = at(8min + 1ns);
  EXPECT_FALSE(is_so(since, noticed_by_client())) << "it had learned before";
}

TEST(Claim, WhoHasNotNoticedByTheEndHasWaitedAtLeastUntilThen) {
  const ConnectionReport connection = noticed_by_client();
  const auto server = [](Duration least) {
    return claim(Metric::NoticedAfter, least, std::nullopt, Role::Server);
  };
  EXPECT_TRUE(is_so(server(55min), connection));
  EXPECT_FALSE(is_so(server(55min + 1ns), connection)) << "the run of an hour does not show that";
}

TEST(Claim, WhereNothingBrokeThereIsNothingToNotice) {
  ConnectionReport alive;
  for (SideReport& side : alive.sides) side.timeline = {{kStart, Outcome::Alive}};
  const ClaimReport report =
      check_claim(claim(Metric::NoticedAfter, std::nullopt, Duration(1h)), alive, at(1h));
  EXPECT_FALSE(report.holds);
  EXPECT_TRUE(says(report.found, "nothing broke the connection"));
}

ConnectionReport nearly_forgotten() {
  ConnectionReport connection;
  for (SideReport& side : connection.sides) side.timeline = {{kStart, Outcome::Alive}};
  ClosestCall& call = connection.closest_call.emplace();
  call.who = "router";
  call.timer = "tcp.established";
  call.timeout = 5min;
  call.left = 3s;
  call.at = at(10min);
  call.by = PacketKind::KeepaliveProbe;
  return connection;
}

TEST(Claim, OfTheClosestCallIsAboutTheLifeThatWasLeft) {
  const auto least = [](Duration span) { return claim(Metric::ClosestCall, span, std::nullopt); };
  EXPECT_TRUE(is_so(least(3s), nearly_forgotten()));
  const ClaimReport report = check_claim(least(3s + 1ns), nearly_forgotten(), at(1h));
  EXPECT_FALSE(report.holds);
  EXPECT_EQ(report.found,
            "3s were left of the 5m of tcp.established of router when a keepalive-probe came "
            "from the internal side at 10m");
}

TEST(Claim, WithoutACallOrAfterADeathNoMarginIsShown) {
  const Claim least = claim(Metric::ClosestCall, Duration(1s), std::nullopt);
  ConnectionReport silent = nearly_forgotten();
  silent.closest_call.reset();
  const ClaimReport report = check_claim(least, silent, at(1h));
  EXPECT_FALSE(report.holds);
  EXPECT_TRUE(says(report.found, "no packet extended the life of a flow"));
  ConnectionReport dead = noticed_by_client();
  dead.closest_call = nearly_forgotten().closest_call;
  EXPECT_FALSE(is_so(least, dead));
  EXPECT_TRUE(is_so(claim(Metric::ClosestCall, std::nullopt, Duration(1s)), dead));
}

// --- whole runs ---

bool keeps(const std::string& expect) {
  const ScenarioStory story(R"({"duration": "1h",
    "path": [{"link": {"name": "wan", "delay": "10ms"}},
             {"middlebox": {"name": "router", "profile": "linux-conntrack",
                            "timeouts": {"tcp.established": "10m"},
                            "netfilter": {"tcp_loose": false}}}],
    "connections": [
      {"name": "asks", "traffic": [{"at": "1m", "every": "9m", "answer": {"after": "1s"}}]},
      {"name": "late", "traffic": [{"at": "1m"}, {"at": "30m", "answer": {}}]},
      {"name": "all", "count": 20, "spread": "1m", "traffic": [{"at": "2m"}, {"at": "30m"}]}],
    "expect": [)" + expect + "]}");
  return story.report().holds();
}

TEST(Claims, OfARunTellHowManyMessagesWereAnswered) {
  EXPECT_TRUE(keeps(R"({"connection": "asks", "messages": {"from": "client", "answered": 7}})"));
  EXPECT_TRUE(keeps(R"({"connection": "asks", "messages": {"from": "server", "delivered": 7}})"));
  EXPECT_TRUE(
      keeps(R"({"connection": "asks", "messages": {"delivered": 14, "answered": "100%"}})"));
  EXPECT_TRUE(keeps(R"({"connection": "late", "messages": {"answered": 0, "lost": 1}})"));
  EXPECT_FALSE(keeps(R"({"connection": "late", "messages": {"answered": {"at_least": "1%"}}})"));
}

TEST(Claims, OfManyAreOfAllMembersTogether) {
  EXPECT_TRUE(keeps(R"({"connection": "all", "messages": {"delivered": 20, "lost": 20}})"));
  EXPECT_TRUE(keeps(R"({"connection": "all", "messages": {"delivered": {"at_least": "50%"}}})"));
  EXPECT_FALSE(keeps(R"({"connection": "all", "messages": {"delivered": {"at_least": "51%"}}})"));
  EXPECT_TRUE(keeps(R"({"connection": "all", "is": "held", "share": {"at_most": "0%"}})"));
  EXPECT_FALSE(keeps(R"({"connection": "all", "is": "held", "share": {"at_least": "1%"}})"));
  // Each server end waits for its client in vain; each client gives up in the end.
  EXPECT_TRUE(keeps(R"({"connection": "all", "is": "forgotten", "side": "server"})"));
  EXPECT_FALSE(keeps(R"({"connection": "all", "is": "forgotten", "side": "client"})"));
}

TEST(Claims, AllOfAnExpectationMustBeSo) {
  EXPECT_TRUE(keeps(R"({"connection": "asks", "is": "held", "messages": {"lost": 0}})"));
  EXPECT_FALSE(keeps(R"({"connection": "asks", "is": "held", "messages": {"lost": 1}})"));
  EXPECT_FALSE(keeps(R"({"connection": "late", "is": "held", "messages": {"lost": 1}})"));
}

}  // namespace
}  // namespace stayalive
