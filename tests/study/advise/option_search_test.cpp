// SPDX-License-Identifier: Apache-2.0
#include "study/advise/option_search.h"

#include <gtest/gtest.h>

#include "base/text.h"
#include "run/run.h"
#include "scenario/products/products.h"
#include "study/advise/scenario_draft.h"
#include "support/scenario_text.h"

namespace stayalive {
namespace {

constexpr Duration kIdleFor = 20min;

Advice advice_within(const std::string& strategy, const std::string& through,
                     std::optional<Duration> within) {
  ScenarioDraft draft;
  draft.strategy = parse_strategy(strategy).value();
  draft.path.boxes = parse_boxes(through).value();
  draft.interval = draft.strategy.usual();
  draft.duration = kIdleFor;
  Subject subject{
      ScenarioDocument::parse(draft.json(), "draft").value(), {}, 0, draft.strategy, {}};
  AdviseOptions options;
  options.rules.survive = kIdleFor;
  options.rules.threads = 1;
  options.notice_within = within;
  Advice advice = advise_with_options(subject, options);
  EXPECT_EQ(subject.strategy.label({}), advice.strategy.label({}));
  return advice;
}

// How long after a crash of the server, at 1000.5 s of the connection, the client knows, when the
// advised settings are simply run.
Duration noticed_after(const Advice& advice) {
  const std::string strategy = advice.strategy.json(advice.recommendation->trial.interval);
  const Scenario scenario = right(R"({"duration": "2h",
    "path": [{"link": {"delay": "20ms"}}, {"middlebox": {"name": "lb", "profile": "azure-lb"}}],
    "connections": [{"strategy": )" +
                                  strategy + R"(}],
    "events": [{"at": "1000500ms", "crash": "server"}]})");
  const SideReport client = run(scenario).connections[0].sides[0];
  if (!client.noticed_at) return kForever;
  return *client.noticed_at - (kStart + 1000500ms);
}

TEST(OptionSearch, ACrashWithinHalfAMinuteTakesFewProbesInsteadOfOneEveryTwoSeconds) {
  const Advice advice = advice_within("postgresql", "azure-lb", 30s);
  ASSERT_TRUE(advice.recommendation);
  EXPECT_TRUE(advice.recommendation->in_time);
  EXPECT_EQ(advice.strategy.options.span("interval"), 5s);
  EXPECT_EQ(advice.strategy.options.count("count"), 3);
  EXPECT_GE(advice.recommendation->trial.interval, 10s);
  EXPECT_EQ(advice.searched, (std::vector<std::string>{"interval", "count"}));
  ASSERT_TRUE(advice.interval_of_defaults);
  EXPECT_LE(*advice.interval_of_defaults, 3s);
  // Probes are never rarer than the idle time: the kernel's 75 s would find nothing within 30 s.
  EXPECT_EQ(advice.settings_of_defaults,
            (std::vector<std::string>{"interval=" + print_duration(*advice.interval_of_defaults),
                                      "count=9"}));
  EXPECT_LE(noticed_after(advice), 30s);
  // Also where the timers of the kernel are as late as they may be.
  const auto latest = latest_crash_notice(advice.recommendation->detection, Role::Client);
  ASSERT_TRUE(latest);
  EXPECT_LE(*latest, 30s);
  const auto pastes = advice.strategy.pastes(advice.recommendation->trial.interval);
  EXPECT_TRUE(says(pastes[0].second, "keepalives_interval=5 keepalives_count=3"));
  EXPECT_EQ(advice.asked().label({}), "postgresql");
}

TEST(OptionSearch, ALongerIntervalIsNoGainWhereItBearsLittle) {
  // Two requests allow 10 s instead of 6 s and bear as long an outage; with one, 15 s are possible
  // and an outage of 7 s is too much.
  const Advice advice = advice_within("openssh", "azure-lb", 30s);
  EXPECT_EQ(advice.strategy.options.count("server_alive_count_max"), 2);
  EXPECT_EQ(advice.recommendation->trial.interval, 10s);
  EXPECT_GE(advice.recommendation->endurance.outage, 30s / 4);
  EXPECT_LE(noticed_after(advice), 30s);
}

TEST(OptionSearch, WithoutTheWishTheProductsOwnOptionsStay) {
  const Advice advice = advice_within("postgresql", "azure-lb", std::nullopt);
  EXPECT_TRUE(advice.searched.empty());
  EXPECT_EQ(advice.strategy.options.count("count"), 9);
}

TEST(OptionSearch, WhatTheUserGaveIsNotSearched) {
  const Advice advice = advice_within("postgresql,count=4,interval=6s", "azure-lb", 40s);
  EXPECT_EQ(advice.strategy.options.count("count"), 4);
  EXPECT_EQ(advice.strategy.options.span("interval"), 6s);
  EXPECT_TRUE(advice.searched.empty());
}

TEST(OptionSearch, AnAnswerThatMayTakeTwentySecondsIsToldToTakeLess) {
  const Advice advice = advice_within("websocket", "azure-lb", 20s);
  ASSERT_TRUE(advice.recommendation);
  EXPECT_TRUE(advice.recommendation->in_time);
  EXPECT_EQ(advice.searched, std::vector<std::string>{"retry_interval"});
  EXPECT_FALSE(advice.interval_of_defaults);
  EXPECT_LE(noticed_after(advice), 20s);
}

}  // namespace
}  // namespace stayalive
