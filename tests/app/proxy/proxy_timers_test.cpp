// SPDX-License-Identifier: Apache-2.0
#include "app/proxy/proxy_timers.h"

#include <gtest/gtest.h>

#include <vector>

namespace stayalive {
namespace {

constexpr Side kTowardsClient = Side::Internal;
constexpr Side kTowardsServer = Side::External;
TimePoint after(Duration since_start) { return kStart + since_start; }

// Both connections stand at the beginning, and whatever passes is a tunnel.
ProxyTimers standing(const ProxyRules& rules) {
  ProxyTimers timers(rules);
  timers.opened(kTowardsClient, kStart);
  timers.connecting(kStart);
  timers.opened(kTowardsServer, kStart);
  timers.begin_tunnel(kStart);
  return timers;
}

using Timers = std::vector<ProxyTimer>;
Timers expired(ProxyTimers& timers, Duration since_start) {
  Timers ran_out;
  timers.expire(after(since_start), ran_out);
  return ran_out;
}

TEST(ProxyTimers, WithoutLimitsNothingIsDue) {
  const ProxyRules rules;
  ProxyTimers timers = standing(rules);
  EXPECT_EQ(timers.next_deadline(), kNever);
  EXPECT_EQ(timers.next_timer(), ProxyTimer::None);
  EXPECT_TRUE(expired(timers, 1000h).empty());
}

TEST(ProxyTimers, IdleRunsFromTheLastByteOfEitherSideToTheNanosecond) {
  ProxyRules rules;
  rules.idle_timeout = 60s;
  ProxyTimers timers = standing(rules);
  /* 40 s */ timers.passed(kTowardsServer, after(40s));
  EXPECT_EQ(timers.next_deadline(), after(100s));
  EXPECT_EQ(timers.next_timer(), ProxyTimer::Idle);
  /* 100 s less a nanosecond */ EXPECT_TRUE(expired(timers, 100s - 1ns).empty());
  /* 100 s */ EXPECT_EQ(expired(timers, 100s), Timers{ProxyTimer::Idle});
  EXPECT_EQ(timers.next_deadline(), kNever);
}

TEST(ProxyTimers, BytesOfOneSideBeginTheTimersOfBothSidesAnew) {
  ProxyRules rules;
  rules.client_timeout = 4s;
  rules.server_timeout = 20s;
  ProxyTimers timers = standing(rules);
  for (const Duration at : {2s, 4s, 6s, 8s, 10s}) {
    EXPECT_TRUE(expired(timers, at).empty());
    timers.passed(kTowardsServer, after(at));
  }
  EXPECT_EQ(timers.next_deadline(), after(14s));
  EXPECT_EQ(timers.next_timer(), ProxyTimer::Client);
  /* 14 s */ EXPECT_EQ(expired(timers, 14s), Timers{ProxyTimer::Client});
  EXPECT_EQ(timers.next_deadline(), after(30s)) << "the server's goes on";
  EXPECT_EQ(timers.next_timer(), ProxyTimer::Server);
}

TEST(ProxyTimers, WhereOnlyWhatIsReadCountsASpeakingServerDoesNotHelpTheClient) {
  ProxyRules rules;
  rules.client_timeout = 4s;
  rules.server_timeout = 20s;
  rules.activity = ProxyRules::Activity::Read;
  ProxyTimers timers = standing(rules);
  timers.passed(kTowardsClient, after(1s));
  timers.passed(kTowardsServer, after(2s));
  timers.passed(kTowardsServer, after(4s));
  EXPECT_EQ(timers.next_deadline(), after(5s));
  /* 5 s less a nanosecond */ EXPECT_TRUE(expired(timers, 5s - 1ns).empty());
  /* 5 s */ EXPECT_EQ(expired(timers, 5s), Timers{ProxyTimer::Client});
  EXPECT_EQ(timers.next_deadline(), after(24s));
}

TEST(ProxyTimers, ASideThatHasClosedIsWaitedForNoLonger) {
  ProxyRules rules;
  rules.client_timeout = 4s;
  rules.server_timeout = 20s;
  ProxyTimers timers = standing(rules);
  timers.end_reading(kTowardsClient);
  EXPECT_EQ(timers.next_deadline(), after(20s));
}

TEST(ProxyTimers, OfEqualTimersBothRunOutInOneInstant) {
  ProxyRules rules;
  rules.client_timeout = rules.server_timeout = 4s;
  ProxyTimers timers = standing(rules);
  EXPECT_EQ(expired(timers, 4s), (Timers{ProxyTimer::Client, ProxyTimer::Server}));
  EXPECT_EQ(timers.next_deadline(), kNever);
}

TEST(ProxyTimers, AnInactiveSideThatEndsBothEndsEverything) {
  ProxyRules rules;
  rules.client_timeout = 4s;
  rules.server_timeout = 20s;
  rules.on_inactivity = ProxyRules::Inactivity::Close;
  ProxyTimers timers = standing(rules);
  EXPECT_EQ(expired(timers, 4s), Timers{ProxyTimer::Client});
  EXPECT_EQ(timers.next_deadline(), kNever);
}

TEST(ProxyTimers, ATunnelHasATimerInPlaceOfThoseOfTheSides) {
  ProxyRules rules;
  rules.client_timeout = rules.server_timeout = 3s;
  rules.tunnel_timeout = 8s;
  ProxyTimers timers(rules);
  timers.opened(kTowardsClient, kStart);
  EXPECT_EQ(timers.next_timer(), ProxyTimer::Client) << "no tunnel stands yet";
  EXPECT_EQ(timers.next_deadline(), after(3s));
  timers.opened(kTowardsServer, after(1s));
  timers.begin_tunnel(after(1s));
  EXPECT_EQ(timers.next_timer(), ProxyTimer::Tunnel);
  EXPECT_EQ(timers.next_deadline(), after(9s));
  timers.passed(kTowardsClient, after(2s));
  EXPECT_EQ(timers.next_deadline(), after(10s));
  EXPECT_EQ(expired(timers, 10s), Timers{ProxyTimer::Tunnel});
}

TEST(ProxyTimers, WithoutATimerOfItsOwnATunnelKeepsThoseOfTheSides) {
  ProxyRules rules;
  rules.client_timeout = 3s;
  ProxyTimers timers = standing(rules);
  EXPECT_EQ(timers.next_timer(), ProxyTimer::Client);
}

TEST(ProxyTimers, LifetimeHeedsNoTraffic) {
  ProxyRules rules;
  rules.lifetime = 30s;
  rules.idle_timeout = 60s;
  ProxyTimers timers = standing(rules);
  timers.passed(kTowardsClient, after(29s));
  EXPECT_TRUE(expired(timers, 30s - 1ns).empty());
  EXPECT_EQ(expired(timers, 30s), Timers{ProxyTimer::Lifetime});
}

TEST(ProxyTimers, AServerThatAcceptsIsWaitedForNoLonger) {
  ProxyRules rules;
  rules.connect_timeout = 5s;
  ProxyTimers timers(rules);
  timers.opened(kTowardsClient, kStart);
  EXPECT_EQ(timers.next_deadline(), kNever);
  timers.connecting(kStart);
  EXPECT_EQ(timers.next_deadline(), after(5s));
  timers.opened(kTowardsServer, after(5s - 1ns));
  EXPECT_EQ(timers.next_deadline(), kNever);

  ProxyTimers waiting(rules);
  waiting.opened(kTowardsClient, kStart);
  waiting.connecting(kStart);
  EXPECT_EQ(expired(waiting, 5s), Timers{ProxyTimer::Connect});
}

TEST(ProxyTimers, WhoLooksOnlyNowAndThenFindsOutAtTheNextLook) {
  ProxyRules rules;
  rules.idle_timeout = 60s;
  rules.granularity = 10s;
  ProxyTimers timers = standing(rules);
  timers.passed(kTowardsClient, after(1s));
  EXPECT_EQ(timers.next_deadline(), after(70s));
  /* 65 s: its time is over, but nobody has looked */
  EXPECT_TRUE(expired(timers, 65s).empty());
  timers.passed(kTowardsClient, after(65s));
  EXPECT_EQ(timers.next_deadline(), after(130s));
  /* 130 s: a multiple of the granularity after 125 s */
  EXPECT_TRUE(expired(timers, 130s - 1ns).empty());
  EXPECT_EQ(expired(timers, 130s), Timers{ProxyTimer::Idle});
}

TEST(ProxyTimers, SegmentsWithoutNewsCountOnlyByRuleAndForTheirOwnSide) {
  ProxyRules rules;
  rules.client_timeout = rules.server_timeout = 10s;
  ProxyTimers deaf = standing(rules);
  deaf.heard(kTowardsClient, after(5s));
  EXPECT_EQ(deaf.next_deadline(), after(10s));

  rules.probes_count = true;
  ProxyTimers timers = standing(rules);
  timers.heard(kTowardsClient, after(5s));
  EXPECT_EQ(timers.next_timer(), ProxyTimer::Server);
  EXPECT_EQ(expired(timers, 10s), Timers{ProxyTimer::Server});
  EXPECT_EQ(timers.next_deadline(), after(15s));
}

TEST(ProxyRules, KnowWhatEndsASilentTunnelFirst) {
  ProxyRules rules;
  EXPECT_EQ(shortest_patience(rules).timer, ProxyTimer::None);
  rules.client_timeout = 50s;
  rules.server_timeout = 30s;
  EXPECT_EQ(shortest_patience(rules).timer, ProxyTimer::Server);
  EXPECT_EQ(shortest_patience(rules).span, 30s);
  rules.tunnel_timeout = 1h;
  EXPECT_EQ(shortest_patience(rules).timer, ProxyTimer::Tunnel);
  rules.lifetime = 30min;
  EXPECT_EQ(shortest_patience(rules).timer, ProxyTimer::Lifetime);
}

}  // namespace
}  // namespace stayalive
