// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <stop_token>
#include <string>
#include <utility>

#include "run/run.h"
#include "scenario/parse.h"
#include "support/instant.h"

namespace stayalive {
namespace {

// Requests a stop at an instant of the run.
class StopAt final : public TraceSink {
 public:
  explicit StopAt(TimePoint at) : at_(at) {}
  std::stop_token token() const { return stop_.get_token(); }
  TimePoint requested_at() const { return requested_at_; }

  void record(const TraceRecord& record, const std::string&) override {
    if (record.at < at_ || stop_.stop_requested()) return;
    requested_at_ = record.at;
    stop_.request_stop();
  }

 private:
  TimePoint at_;
  TimePoint requested_at_;
  std::stop_source stop_;
};

// A line that never repeats itself, so that nothing is passed over.
Scenario endless_pings(const std::string& duration, const std::string& expect = "[]") {
  const Result<Scenario> scenario = parse_scenario(R"({"duration": ")" + duration + R"(",
          "path": [{"link": {"name": "line", "jitter": "5ms"}},
                   {"middlebox": {"name": "box", "profile": "home-router"}}],
          "connections": [{"name": "busy", "strategy": {"ssh": {"server_alive_interval": "1s"}}},
                          {"name": "silent", "strategy": "silent"}],
          "expect": )" + expect + "}",
                                                   "story");
  EXPECT_TRUE(scenario.ok());
  return scenario.value();
}

TEST(EarlyEnd, ARunThatNobodyStopsHasNone) {
  const RunReport report = run(endless_pings("1h"));
  EXPECT_FALSE(report.early_end);
  EXPECT_EQ(report.duration, Duration{1h});
  EXPECT_EQ(report.planned, Duration{1h});
}

TEST(EarlyEnd, ARunThatIsStoppedBeforeItBeginsKnowsNothing) {
  std::stop_source stop;
  stop.request_stop();
  const RunReport report = run(endless_pings("1h"), {.stop = stop.get_token()});
  ASSERT_TRUE(report.early_end);
  EXPECT_EQ(report.early_end->reason, EndReason::Stopped);
  EXPECT_EQ(report.duration, Duration::zero());
  EXPECT_EQ(report.planned, Duration{1h});
  EXPECT_FALSE(report.holds());
  EXPECT_FALSE(report.fails());
}

TEST(EarlyEnd, AStoppedRunSaysWhatAShorterOneWouldHaveSaid) {
  StopAt stop(kStart + 6h);
  const RunReport part =
      run(endless_pings("1000d"), {.trace = &stop, .skip = true, .stop = stop.token()});
  ASSERT_TRUE(part.early_end);
  EXPECT_EQ(part.planned, Duration{1000 * 24h});
  EXPECT_GE(part.duration, stop.requested_at() - kStart);
  EXPECT_LT(part.duration, Duration{24h}) << "soon after it was requested";
  Scenario shorter = endless_pings("1000d");
  shorter.duration = part.duration;
  const RunReport whole = run(shorter);
  ASSERT_EQ(whole.connections.size(), part.connections.size());
  for (std::size_t i = 0; i < whole.connections.size(); ++i) {
    const ConnectionReport& a = part.connections[i];
    const ConnectionReport& b = whole.connections[i];
    EXPECT_EQ(a.outcome, b.outcome);
    for (const Role role : {Role::Client, Role::Server}) {
      const SideReport& x = a.sides[index(role)];
      const SideReport& y = b.sides[index(role)];
      EXPECT_EQ(x.outcome, y.outcome);
      EXPECT_EQ(x.blackhole, y.blackhole);
      EXPECT_EQ(x.forgotten_at, y.forgotten_at);
      EXPECT_EQ(x.counters.keepalives, y.counters.keepalives);
      EXPECT_EQ(x.messages.sent, y.messages.sent);
      EXPECT_EQ(x.messages.lost, y.messages.lost);
    }
  }
  EXPECT_EQ(part.connections[1].sides[0].outcome, Outcome::Forgotten);
  EXPECT_LT(part.connections[1].sides[0].blackhole, part.duration);
}

TEST(EarlyEnd, OnlyWhatNothingMoreCouldChangeIsDecided) {
  StopAt stop(kStart + 6h);
  const RunReport report = run(endless_pings("1000d", R"([
      {"connection": "busy", "is": "held"},
      {"connection": "silent", "is": "held"},
      {"connection": "busy", "is": "alive"},
      {"connection": "busy", "is": "alive", "at": "1h"},
      {"connection": "busy", "is": "alive", "at": "20d"},
      {"connection": "silent", "side": "client", "is": "forgotten", "at": "1h", "within": "1m"},
      {"connection": "silent", "side": "client", "is": "forgotten", "at": "2h", "within": "1m"},
      {"connection": "silent", "side": "client", "is": "forgotten", "at": "2h", "within": "30d"},
      {"connection": "busy", "keepalives": {"at_least": 2}}])"),
                               {.trace = &stop, .stop = stop.token()});
  ASSERT_TRUE(report.early_end);
  using Verdict = std::pair<bool, bool>;  // decided, and whether it holds
  const Verdict expected[] = {{false, false}, {true, false},  {false, false},
                              {true, true},   {false, false}, {true, true},
                              {true, false},  {false, false}, {false, false}};
  ASSERT_EQ(report.expectations.size(), std::size(expected));
  for (std::size_t i = 0; i < std::size(expected); ++i) {
    EXPECT_EQ(Verdict(report.expectations[i].decided, report.expectations[i].holds), expected[i])
        << report.expectations[i].text;
  }
  EXPECT_TRUE(report.fails());
  EXPECT_FALSE(report.holds());
}

TEST(EarlyEnd, WhatHasHadNoEffectSoFarIsNoWarning) {
  StopAt stop(kStart + 6h);
  Scenario scenario = endless_pings("1000d");
  EventSpec flush;
  flush.at = kStart + 900 * Duration{24h};
  flush.kind = EventKind::Flush;
  flush.target = 1;
  scenario.events.push_back(flush);
  const RunReport report = run(scenario, {.trace = &stop, .stop = stop.token()});
  ASSERT_TRUE(report.early_end);
  EXPECT_TRUE(report.warnings.empty());
}

}  // namespace
}  // namespace stayalive
