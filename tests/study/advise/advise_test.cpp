// SPDX-License-Identifier: Apache-2.0
#include "study/advise/advise.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <stop_token>

#include "run/run.h"
#include "scenario/products/products.h"
#include "stack/timer/timer_slip.h"
#include "study/advise/scenario_draft.h"
#include "support/scenario_text.h"

namespace stayalive {
namespace {

constexpr Duration kDay = 24h;
constexpr Duration kSpan = 3h;

ScenarioDraft draft(const std::string& strategy, const std::string& through) {
  ScenarioDraft made;
  made.strategy = parse_strategy(strategy).value();
  made.path.boxes = parse_boxes(through).value();
  made.interval = made.strategy.usual();
  made.duration = kSpan;
  return made;
}

Subject subject(const ScenarioDraft& made) {
  return {ScenarioDocument::parse(made.json(), "draft").value(), {}, 0, made.strategy, {}};
}

Advice advice_on(const ScenarioDraft& made, Duration survive = kSpan) {
  const Subject asked = subject(made);
  AdviseOptions options;
  options.rules.survive = survive;
  options.rules.threads = 1;
  return advise(asked, options);
}

// Whether it holds when the scenario is simply run.
bool holds(ScenarioDraft made, Duration interval, Duration span = kSpan) {
  made.interval = interval;
  made.duration = span;
  return held(run(right(made.json())).connections[0]);
}

struct Case {
  const char* strategy;
  const char* through;
  Duration timeout;  // what the box or the peer allows; the longest interval is about as long
  const char* who;   // the box that ends the window; empty: a program
};

std::ostream& operator<<(std::ostream& out, const Case& tried) {
  return out << tried.strategy << " through " << tried.through;
}

class Window : public ::testing::TestWithParam<Case> {};

TEST_P(Window, EndsWhereASimulationOfOneSecondMoreFails) {
  const ScenarioDraft made = draft(GetParam().strategy, GetParam().through);
  // Long enough for the slow ones, and no longer than that for those that ping often.
  const Duration span = std::min<Duration>(kSpan, 100 * GetParam().timeout);
  const Advice advice = advice_on(made, span);
  ASSERT_TRUE(advice.most && advice.least && advice.recommendation);
  const Duration most = advice.most->inside.interval;
  EXPECT_TRUE(holds(made, most, span)) << most / 1s;
  EXPECT_FALSE(holds(made, most + 1s, span)) << most / 1s;
  EXPECT_GE(most, GetParam().timeout - 2s);
  EXPECT_LE(most, GetParam().timeout);
  ASSERT_TRUE(advice.most->outside);
  EXPECT_EQ(advice.most->outside->interval, most + 1s);
  EXPECT_EQ(advice.most->constraint.blame.who, GetParam().who);
  const Duration least = advice.least->inside.interval;
  EXPECT_TRUE(holds(made, least, 1h)) << least / 1s;
  if (advice.least->outside) {
    EXPECT_FALSE(holds(made, least - 1s)) << least / 1s;
  }
  const Duration chosen = advice.recommendation->trial.interval;
  EXPECT_GE(chosen, least);
  EXPECT_LE(chosen, most);
  EXPECT_TRUE(holds(made, chosen, span));
}

INSTANTIATE_TEST_SUITE_P(
    Paths, Window,
    ::testing::Values(Case{"openssh", "openwrt,aws-nlb", 350s, "aws-nlb"},
                      Case{"tcp", "aws-nat-gateway", 350s, "aws-nat-gateway"},
                      Case{"keepalive,transport=udp", "rfc-minimum", 120s, "rfc-minimum"},
                      Case{"mqtt", "azure-lb", 240s, "azure-lb"},
                      Case{"wireguard", "linux-conntrack", 30s, "linux-conntrack"},
                      Case{"openvpn", "linux-conntrack", 30s, "linux-conntrack"},
                      Case{"grpc", "gcp-vpc-firewall", 600s, "gcp-vpc-firewall"},
                      Case{"quic", "openwrt", 30s, ""}));

TEST(Advise, ServersThatCountPingsEndTheWindowFromBelow) {
  const ScenarioDraft made = draft("grpc", "aws-nlb");
  const Advice advice = advice_on(made);
  ASSERT_TRUE(advice.least && advice.recommendation);
  EXPECT_GE(advice.least->inside.interval, 298s);
  EXPECT_LE(advice.least->inside.interval, 300s);
  ASSERT_TRUE(advice.least->outside);
  EXPECT_TRUE(says(advice.least->constraint.words, "too many pings"));
  // Neither at the lower end, where a ping that is early counts, nor at the upper one.
  EXPECT_GT(advice.recommendation->trial.interval, 300s);
  EXPECT_LT(advice.recommendation->trial.interval, 330s);
}

TEST(Advise, AnEmptyWindowNamesBothReasons) {
  const ScenarioDraft made = draft("grpc", "aws-nlb:tcp.established=60s");
  const Advice advice = advice_on(made);
  EXPECT_FALSE(advice.least || advice.most || advice.recommendation);
  ASSERT_EQ(advice.contradiction.size(), 2u);
  const Failure& fast = advice.contradiction[0];
  const Failure& slow = advice.contradiction[1];
  EXPECT_TRUE(says(fast.constraint.words, "too many pings"));
  EXPECT_EQ(slow.constraint.blame.who, "aws-nlb");
  ASSERT_TRUE(slow.constraint.status);
  EXPECT_EQ(name(*slow.constraint.status), "given");
  EXPECT_EQ(slow.trial.interval, fast.trial.interval + 1s);
  EXPECT_FALSE(holds(made, fast.trial.interval));
  EXPECT_FALSE(holds(made, slow.trial.interval));
}

TEST(Advise, SaysWhereNothingForgets) {
  const Advice advice = advice_on(draft("openssh", "linux-conntrack"));
  EXPECT_TRUE(advice.unlimited);
  ASSERT_TRUE(advice.recommendation);
  EXPECT_EQ(advice.recommendation->trial.interval, 60s);
  // Five days do end it, when it has to hold for longer and the kernel does not probe either.
  const Advice week = advice_on(draft("openssh,tcp_keepalive=false", "linux-conntrack"), 7 * kDay);
  ASSERT_TRUE(week.most && week.most->outside);
  EXPECT_EQ(week.most->constraint.blame.timer, "tcp.established");
  ASSERT_TRUE(week.most->constraint.status);
  EXPECT_EQ(name(*week.most->constraint.status), "primary");
}

TEST(Advise, TheRecommendationLeavesTheMarginThatItClaims) {
  const ScenarioDraft made = draft("keepalive,transport=udp", "rfc-minimum");
  const Advice advice = advice_on(made);
  ASSERT_TRUE(advice.recommendation);
  const Recommendation& chosen = *advice.recommendation;
  EXPECT_TRUE(chosen.full_margin);
  EXPECT_GE(chosen.endurance.lost, 2u);
  EXPECT_GE(chosen.late_percent, 10);
  // At 40 s two lost ones and a late timer would be too much for 120 s.
  EXPECT_EQ(chosen.trial.interval, 30s);
}

TEST(Advise, AWindowThatIsTooNarrowLeavesLessAndSaysSo) {
  const Advice advice = advice_on(draft("quic,give_up_after=4s", "openwrt"));
  ASSERT_TRUE(advice.recommendation);
  EXPECT_LE(advice.recommendation->trial.interval, 3s);
  const Advice strict = advice_on(draft("grpc,min_ping_interval=230s", "azure-lb"));
  ASSERT_TRUE(strict.recommendation);
  EXPECT_FALSE(strict.recommendation->full_margin);
}

TEST(Advise, ASoonerNoticeAsksForAShorterInterval) {
  const Subject asked = subject(draft("openssh", "aws-nlb"));
  AdviseOptions options;
  options.rules.survive = kSpan;
  options.notice_within = 2min;
  const Advice advice = advise(asked, options);
  ASSERT_TRUE(advice.recommendation);
  EXPECT_TRUE(advice.recommendation->in_time);
  EXPECT_LE(advice.recommendation->detection.crash[index(Role::Client)].worst, 2min);
  EXPECT_EQ(advice.recommendation->trial.interval, 30s);
}

TEST(Advise, WithLossesAnIntervalHoldsWithTheProbabilityAskedFor) {
  ScenarioDraft made = draft("wireguard", "rfc-minimum");
  made.path.loss = "10%";
  const Subject asked = subject(made);
  AdviseOptions options;
  options.rules.survive = 1h;
  options.rules.target_millionths = 900'000;
  const Advice advice = advise(asked, options);
  EXPECT_TRUE(advice.chance);
  ASSERT_TRUE(advice.most && advice.recommendation);
  // Four in a row have to be lost at 30 s, a single one at 61 s.
  EXPECT_LT(advice.most->inside.interval, 60s);
  const Tally& tally = advice.most->inside.tally;
  EXPECT_GT(tally.runs, 16u);
  EXPECT_GE(10 * tally.held, 9 * tally.runs);
  ASSERT_TRUE(advice.most->outside);
  EXPECT_NE(advice.most->outside->answer, IntervalTrial::Answer::Holds);
}

// Behind a proxy the client's probes do not count: they end there, and the balancer behind forgets.
TEST(Advise, ProbesThatEndAtAProxyDoNotKeepTheLegBehindIt) {
  const Scenario scenario = right(R"({"duration": "1h", "path": [
      {"proxy": {"name": "nginx", "idle_timeout": "1d"}},
      {"middlebox": {"name": "nlb", "profile": "aws-nlb"}}],
    "connections": [{"name": "c",
      "strategy": {"tcp_keepalive": {"idle": "60s", "side": "client"}}}]})");
  const ConnectionReport report = run(scenario).connections[0];
  EXPECT_FALSE(held(report));
  EXPECT_EQ(report.blame.who, "nlb");
}

// The broker gives up after one and a half of the recommended interval, whatever its timer does.
TEST(Advise, ALateTimerIsTriedWithTheOtherTimeoutsAsRecommended) {
  const Subject asked = subject(draft("mqtt", "openwrt"));
  AdviseOptions options;
  options.rules.survive = kSpan;
  options.notice_within = 30s;
  const Advice advice = advise(asked, options);
  ASSERT_TRUE(advice.recommendation);
  EXPECT_GE(advice.recommendation->late_percent, 10);
  EXPECT_LT(advice.recommendation->late_percent, 50);
}

// 349 s hold by an exact timer; a kernel's may be late by 32 s.
TEST(Advise, AKernelsTimerIsLateByUpToAnEighth) {
  const Advice advice = advice_on(draft("tcp,side=client", "aws-nlb"));
  ASSERT_TRUE(advice.most && advice.longest_when_late && advice.recommendation);
  const Duration late = *advice.longest_when_late;
  EXPECT_EQ(advice.most->inside.interval, 349s);
  EXPECT_LT(late + most_late(late, TimedBy::Kernel), 350s);
  EXPECT_GE(late + 1s + most_late(late + 1s, TimedBy::Kernel), 349s);
  EXPECT_LE(advice.recommendation->trial.interval, late);
  EXPECT_FALSE(advice_on(draft("mqtt", "aws-nlb")).longest_when_late);
}

// What a keepalive waits for is measured by the same clock in advice, where its timer may be late,
// and in a run, where a margin may be used up by that.
TEST(Advise, ARunAndAdviceKnowTheSameClock) {
  int by_kernel = 0;
  int by_program = 0;
  for (const Product* product : builtin_products()) {
    if (product->interval() == nullptr) continue;
    ScenarioDraft made = draft(product->name, "linux-conntrack");
    made.interval = 20s;
    made.duration = 10min;
    const Result<Scenario> scenario = parse_scenario(made.json(), "");
    ASSERT_TRUE(scenario.ok()) << product->name;
    const std::optional<ClosestCall> call = run(scenario.value()).connections[0].closest_call;
    if (!call || call->silence < 15s) continue;
    EXPECT_EQ(call->slip, most_late(made.strategy, call->silence)) << product->name;
    ++(is_timed_by_kernel(made.strategy) ? by_kernel : by_program);
  }
  EXPECT_GE(by_kernel, 3) << "tcp, postgresql, wireguard";
  EXPECT_GE(by_program, 3);
}

// One lost answer in three: at 1 s the client leaves, at 5 min the router forgets, and between them
// nothing holds often enough.
TEST(Advise, WhereNothingHoldsOftenEnoughTheBestIsNamedWithBothReasons) {
  ScenarioDraft made = draft("openssh", "home-router:tcp.established=5m");
  made.path.loss = "33%";
  const Advice advice = advice_on(made, 6h);
  EXPECT_FALSE(advice.recommendation);
  ASSERT_TRUE(advice.best);
  EXPECT_GE(advice.best->interval, 60s);
  EXPECT_LT(advice.best->interval, 300s);
  EXPECT_GT(2 * advice.best->tally.held, advice.best->tally.runs);
  ASSERT_EQ(advice.contradiction.size(), 2u);
  EXPECT_LT(advice.contradiction[0].trial.interval, advice.best->interval);
  EXPECT_GT(advice.contradiction[1].trial.interval, advice.best->interval);
  EXPECT_EQ(advice.contradiction[1].constraint.blame.who, "home-router");
}

TEST(Advise, FewerThreadsFindTheSame) {
  ScenarioDraft made = draft("wireguard", "rfc-minimum");
  made.path.loss = "20%";
  const Subject asked = subject(made);
  std::string texts[2];
  for (const unsigned threads : {1U, 3U}) {
    AdviseOptions options;
    options.rules.survive = 20min;
    options.rules.target_millionths = 800'000;
    options.rules.threads = threads;
    const Advice advice = advise(asked, options);
    ASSERT_TRUE(advice.most);
    texts[threads / 3] = std::to_string(advice.most->inside.interval / 1s) + " " +
                         std::to_string(advice.runs) + " " +
                         std::to_string(advice.most->inside.tally.held);
  }
  EXPECT_EQ(texts[0], texts[1]);
}

// A search through a lossy line that is stopped when it has told so often what it is about to do.
Advice stopped_after(int told) {
  ScenarioDraft made = draft("keepalive,transport=udp,answered=false,bytes=32", "rfc-minimum");
  made.path.loss = "5%";
  const Subject asked = subject(made);
  std::stop_source stop;
  AdviseOptions options;
  options.rules.survive = 1h;
  options.rules.threads = 1;
  options.rules.stop = stop.get_token();
  options.rules.progress = [&](const std::string&) {
    if (--told == 0) stop.request_stop();
  };
  return advise(asked, options);
}

TEST(Advise, ASearchThatIsStoppedClaimsOnlyWhatItKnows) {
  const Advice none = stopped_after(1);
  EXPECT_TRUE(none.interrupted);
  EXPECT_FALSE(none.recommendation || none.least || none.most);
  EXPECT_TRUE(none.contradiction.empty()) << "nothing has failed";
  EXPECT_FALSE(none.known.holds || none.known.seems || none.known.fails);
  EXPECT_EQ(none.runs, 0u);

  // In the middle of the runs of the whole span, some short ones have held and some have failed.
  const Advice some = stopped_after(700);
  EXPECT_TRUE(some.interrupted);
  EXPECT_FALSE(some.recommendation || some.least || some.most);
  ASSERT_TRUE(some.known.seems && some.known.fails);
  EXPECT_LT(some.known.seems->interval, some.known.fails->trial.interval);
  EXPECT_EQ(some.known.seems->tally.held, some.known.seems->tally.runs);
  EXPECT_EQ(some.known.fails->constraint.blame.who, "rfc-minimum");

  const Advice all = stopped_after(1'000'000);
  EXPECT_FALSE(all.interrupted);
  EXPECT_TRUE(all.recommendation);
}

TEST(Advise, ARunThatIsStoppedEndsSoon) {
  ScenarioDraft made = draft("openvpn", "pf-normal");
  made.interval = 1s;
  made.duration = 3650 * kDay;
  std::stop_source stop;
  stop.request_stop();
  RunOptions options;
  options.stop = stop.get_token();
  EXPECT_LT(run(right(made.json()), options).events, 1'000'000u);
}

}  // namespace
}  // namespace stayalive
