// SPDX-License-Identifier: Apache-2.0
#include "study/advise/today.h"

#include <gtest/gtest.h>

#include <stop_token>

#include "run/run.h"
#include "scenario/products/products.h"
#include "study/advise/scenario_draft.h"
#include "support/scenario_text.h"

namespace stayalive {
namespace {

using Fate = NextMessage::Fate;

Today today_of(const std::string& strategy, const std::string& through, Duration span = 24h,
               const std::string& loss = "") {
  ScenarioDraft draft;
  draft.strategy = parse_strategy(strategy).value();
  draft.path.boxes = parse_boxes(through).value();
  if (!loss.empty()) draft.path.loss = loss;
  draft.interval = draft.strategy.usual();
  draft.duration = span;
  const Subject subject{
      ScenarioDocument::parse(draft.json(), "draft").value(), {}, 0, draft.strategy, {}};
  Result<Today> today = find_today(subject, span);
  if (!today.ok()) ADD_FAILURE() << to_string(today.errors().front());
  return std::move(today).value();
}

TEST(Today, APostgresqlPoolBehindAzureDiesAfterFourMinutesAndItsNextQueryHangs) {
  const Today today = today_of("postgresql", "azure-lb");
  EXPECT_EQ(today.keepalive, "2h, the default");
  EXPECT_FALSE(today.holds());
  EXPECT_EQ(today.constraint.blame.who, "azure-lb");
  EXPECT_GE(today.died_after, 4min);
  EXPECT_LT(today.died_after, 4min + 1s);
  // The same by a scenario: a query a moment later, and libpq learns by TCP's retransmission limit.
  const Scenario scenario = right(R"({"duration": "1h",
    "path": [{"link": {"delay": "20ms"}}, {"middlebox": {"name": "lb", "profile": "azure-lb"}}],
    "connections": [{"strategy": {"tcp_keepalive": {"side": "client", "so_keepalive": "server"}},
                     "traffic": [{"at": "241060ms"}]}]})");
  EXPECT_EQ(today.asked_at, kStart + 241060ms);
  const ConnectionReport report = run(scenario).connections[0];
  ASSERT_TRUE(report.sides[0].noticed_at);
  EXPECT_EQ(today.next[0].fate, Fate::Fails);
  EXPECT_EQ(today.next[0].after, *report.sides[0].noticed_at - today.asked_at);
  EXPECT_GT(today.next[0].after, 15min);
  EXPECT_EQ(today.next[0].said, "Connection timed out");
}

TEST(Today, ABoxThatResetsTellsBothEndsBeforeTheyAsk) {
  const Today today = today_of("postgresql", "azure-lb-reset");
  EXPECT_FALSE(today.holds());
  EXPECT_EQ(today.next[0].fate, Fate::Unsent);
  EXPECT_EQ(today.next[1].fate, Fate::Unsent);
  const Today later = today_of("grpc", "aws-nlb");
  EXPECT_EQ(later.next[0].fate, Fate::Fails);
  EXPECT_EQ(later.next[0].after, 40ms);
}

TEST(Today, OverUdpTheClientOpensTheWayAgainAndTheServerCannot) {
  const Today today = today_of("wireguard", "carrier-nat");
  EXPECT_EQ(today.keepalive, "no keepalives, the default");
  EXPECT_EQ(today.interval, 0s);
  EXPECT_EQ(today.next[0].fate, Fate::Answered);
  EXPECT_EQ(today.next[0].after, 40ms);
  EXPECT_EQ(today.next[1].fate, Fate::Lost);
}

TEST(Today, OnALossyLineItIsRunWithItsLosses) {
  // 25 of 30 seconds: a single lost ping is one too many.
  const Today lossy = today_of("wireguard=25s", "carrier-nat", 24h, "2%");
  EXPECT_EQ(lossy.runs, kRunsOfToday);
  EXPECT_EQ(lossy.held, 0u);
  EXPECT_FALSE(lossy.holds());
  EXPECT_EQ(lossy.constraint.blame.who, "carrier-nat");
  EXPECT_GT(lossy.died_after, 30s);
  EXPECT_LT(lossy.died_after, 24h);
  // 8 s bear two; of a clean line one run tells.
  EXPECT_EQ(today_of("wireguard=5s", "carrier-nat", 1h, "1%").held, kRunsOfToday);
  const Today clean = today_of("wireguard=25s", "carrier-nat");
  EXPECT_EQ(clean.runs, 1u);
  EXPECT_TRUE(clean.holds());
}

TEST(Today, AnAnswerOfALooseFirewallIsNotTakenForAFailureThatComesLater) {
  // Linux takes the connection up again; hours later it has forgotten it anew.
  const Today today = today_of("putty", "linux-conntrack:tcp.established=5m");
  EXPECT_EQ(today.next[0].fate, Fate::Answered);
  EXPECT_EQ(today.next[0].after, 40ms);
  EXPECT_EQ(today.next[1].fate, Fate::Fails);
}

TEST(Today, ADefaultThatHoldsIsSaidToHold) {
  EXPECT_TRUE(today_of("redis", "cisco-asa").holds());
  EXPECT_TRUE(today_of("mqtt", "home-router").holds());
}

TEST(Today, WhatTheUserSaysThereIsCountsMoreThanTheDefault) {
  const Today short_enough = today_of("postgresql=3m", "azure-lb");
  EXPECT_EQ(short_enough.keepalive, "3m, as given");
  EXPECT_TRUE(short_enough.holds());
  EXPECT_FALSE(today_of("postgresql=5m", "azure-lb").holds());
  EXPECT_FALSE(today_of("wireguard=30s", "carrier-nat").holds());
  EXPECT_TRUE(today_of("wireguard=25s", "carrier-nat").holds());
}

// Somebody leaves: what a run that ended early has shown is not what happens today.
TEST(Today, OfALeftRunNothingIsSaid) {
  std::stop_source left;
  left.request_stop();
  for (const char* strategy : {"postgresql", "redis"}) {  // the one dies, the other holds
    ScenarioDraft draft;
    draft.strategy = parse_strategy(strategy).value();
    draft.path.boxes = parse_boxes("azure-lb").value();
    draft.interval = draft.strategy.usual();
    const Subject subject{
        ScenarioDocument::parse(draft.json(), "draft").value(), {}, 0, draft.strategy, {}};
    EXPECT_TRUE(find_today(subject, 24h).ok()) << strategy;
    EXPECT_FALSE(find_today(subject, 24h, {.leave = left.get_token()}).ok()) << strategy;
  }
}

}  // namespace
}  // namespace stayalive
