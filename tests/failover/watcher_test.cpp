// SPDX-License-Identifier: Apache-2.0
#include "failover/watcher.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>
#include <vector>

namespace stayalive {
namespace {

TimePoint t(Duration since_start) { return kStart + since_start; }

// A watcher whose probes are answered after a while, or never.
class WatcherBench {
 public:
  explicit WatcherBench(const WatcherRules& rules) : watcher_(rules, 1, "bench") {}
  // Runs to this instant; what is sent before it is answered after this span, not at all with 0s.
  void run_until(TimePoint limit, Duration round_trip) {
    while (true) {
      const TimePoint next = watcher_.next_deadline();
      const TimePoint answer = answers_.empty() ? kNever : answers_.front().first;
      const TimePoint now = std::min(next, answer);
      if (now > limit) return;
      WatcherOutbox out;
      if (answer < next) {
        watcher_.answered(answers_.front().second, answer, out);
        answers_.erase(answers_.begin());
      } else {
        watcher_.expire(next, out);
      }
      for (const WatcherOutbox::Sent& sent : out.sent) {
        if (round_trip > 0s) answers_.emplace_back(now + round_trip, sent.number);
      }
    }
  }
  const Watcher& watcher() const { return watcher_; }
  bool up() const { return watcher_.up(); }

 private:
  Watcher watcher_;
  std::vector<std::pair<TimePoint, std::uint32_t>> answers_;
};

WatcherRules three_probes() {
  WatcherRules rules;
  rules.interval = 10s;
  rules.count = 3;
  return rules;
}

TEST(ProbingWatcher, GivesUpWhenTheAnswerToTheThirdProbeIsOverdue) {
  const WatcherRules rules = three_probes();
  WatcherBench bench(rules);
  bench.run_until(t(99s), 20ms);       // the last that is answered is that of 90 s
  bench.run_until(t(130s - 1ns), 0s);  // 100, 110 and 120 s; the third is due at 130 s
  EXPECT_TRUE(bench.up());
  bench.run_until(t(130s), 0s);
  EXPECT_FALSE(bench.up());
  EXPECT_EQ(bench.watcher().since(), t(130s));
  EXPECT_EQ(bench.watcher().figures().downs, 1u);
  EXPECT_EQ(bench.watcher().figures().missed, 3u);
}

TEST(ProbingWatcher, ComesBackWithAsManyAnswersAsAreWanted) {
  WatcherRules rules = three_probes();
  rules.up_count = 2;
  WatcherBench bench(rules);
  bench.run_until(t(35s), 0s);
  EXPECT_FALSE(bench.up());
  bench.run_until(t(51s - 1ns), 1s);  // the first has come at 41 s, the second comes at 51 s
  EXPECT_FALSE(bench.up());
  bench.run_until(t(51s), 1s);
  EXPECT_TRUE(bench.up());
}

TEST(ProbingWatcher, AnAnswerThatTakesExactlyTheTimeoutIsTooLate) {
  WatcherRules rules = three_probes();
  rules.timeout = 2s;
  rules.count = 1;
  WatcherBench late(rules);
  late.run_until(t(5s), 2s);
  EXPECT_FALSE(late.up());
  WatcherBench in_time(rules);
  in_time.run_until(t(100s), 2s - 1ns);
  EXPECT_TRUE(in_time.up());
  EXPECT_EQ(in_time.watcher().figures().missed, 0u);
}

TEST(ProbingWatcher, OneAnswerAmongThemBeginsTheCountAnew) {
  const WatcherRules rules = three_probes();
  WatcherBench bench(rules);
  bench.run_until(t(15s), 0s);        // 0 and 10 s are lost
  bench.run_until(t(25s), 1s);        // 20 s is answered
  bench.run_until(t(60s - 1ns), 0s);  // 30, 40 and 50 s are lost, the last at 60 s
  EXPECT_TRUE(bench.up());
  EXPECT_EQ(bench.watcher().figures().most_missed, 2u);
  bench.run_until(t(60s), 0s);
  EXPECT_FALSE(bench.up());
}

// Answers that take longer than the interval keep it up, as long as they are in time.
TEST(ProbingWatcher, SeveralProbesMayBeUnderWay) {
  WatcherRules rules = three_probes();
  rules.interval = 1s;
  rules.timeout = 5s;
  WatcherBench bench(rules);
  bench.run_until(t(60s), 4s);
  EXPECT_TRUE(bench.up());
  EXPECT_EQ(bench.watcher().figures().missed, 0u);
  EXPECT_EQ(bench.watcher().figures().heard, 57u);  // of 0 to 56 s
}

WatcherRules dpinger() {
  WatcherRules rules;
  rules.method = WatcherRules::Method::Loss;
  rules.interval = 500ms;
  rules.timeout = 2s;
  rules.up_count = 10;
  return rules;
}

// A minute and two seconds of probes are 124, of which the four latest may still be under way: of
// 120 more than 20 whole percent are 26 (21.6 %), for 25 are 20.8 %.  The 26th from 300 s on is
// sent at 312.5 s and lost at 314.5 s; it looks every second.
TEST(WatcherOfLoss, GivesUpOnceMoreThanItsShareOfTheWindowIsMissing) {
  const WatcherRules rules = dpinger();
  WatcherBench bench(rules);
  bench.run_until(t(299s + 900ms), 20ms);
  bench.run_until(t(315s - 1ns), 0s);
  EXPECT_TRUE(bench.up());
  bench.run_until(t(315s), 0s);
  EXPECT_FALSE(bench.up());
  EXPECT_EQ(bench.watcher().since(), t(315s));
}

TEST(WatcherOfLoss, ASingleLongGapBelowTheShareIsNothing) {
  const WatcherRules rules = dpinger();
  WatcherBench bench(rules);
  bench.run_until(t(299s + 900ms), 20ms);
  bench.run_until(t(312s), 0s);  // the 25 of 300 to 312 s
  bench.run_until(t(600s), 20ms);
  EXPECT_EQ(bench.watcher().figures().downs, 0u);
  EXPECT_EQ(bench.watcher().figures().missed, 25u);
}

TEST(WatcherOfLoss, NeedsTenGoodLooksInARowToComeBack) {
  const WatcherRules rules = dpinger();
  WatcherBench bench(rules);
  bench.run_until(t(299s + 900ms), 20ms);
  bench.run_until(t(313s), 0s);  // 27 are lost
  bench.run_until(t(800s), 20ms);
  EXPECT_TRUE(bench.up());
  EXPECT_EQ(bench.watcher().figures().downs, 1u);
  // Two of the 27 have left the 124 latest once 99 more have been sent: at 362.5 s; the looks of
  // 363 to 372 s are good.
  EXPECT_EQ(bench.watcher().since(), t(372s));
}

WatcherRules bfd() {
  WatcherRules rules;
  rules.method = WatcherRules::Method::Hellos;
  rules.interval = 50ms;
  rules.count = 3;
  rules.slow_interval = 1s;
  rules.up_count = 2;
  rules.signals = true;
  return rules;
}

TEST(ListeningWatcher, DiesExactlyThreeIntervalsAfterTheLastHello) {
  const WatcherRules rules = bfd();
  Watcher watcher(rules, 1, "bfd");
  WatcherOutbox out;
  watcher.heard({}, t(100ms), out);
  watcher.expire(t(250ms - 1ns), out);
  EXPECT_TRUE(watcher.up());
  watcher.expire(t(250ms), out);
  EXPECT_FALSE(watcher.up());
  EXPECT_EQ(watcher.since(), t(250ms));
}

TEST(ListeningWatcher, SaysThatItHearsNothingAndSendsSlowlyThen) {
  const WatcherRules rules = bfd();
  Watcher watcher(rules, 1, "bfd");
  WatcherOutbox out;
  watcher.expire(t(150ms), out);
  EXPECT_FALSE(watcher.up());
  out.sent.clear();
  watcher.expire(t(2200ms), out);
  ASSERT_EQ(out.sent.size(), 2u) << "once a second";
  EXPECT_TRUE(out.sent.back().hears_nothing);
  EXPECT_TRUE(out.sent.back().slow);
}

TEST(ListeningWatcher, GivesUpAtOnceWhenTheOtherEndHearsNothing) {
  WatcherRules rules = bfd();
  WatcherOutbox out;
  Watcher believes(rules, 1, "bfd");
  believes.heard({.hears_nothing = true}, t(120ms), out);
  EXPECT_FALSE(believes.up());
  EXPECT_EQ(believes.since(), t(120ms));
  rules.signals = false;
  Watcher does_not(rules, 1, "bfd");
  does_not.heard({.hears_nothing = true}, t(120ms), out);
  EXPECT_TRUE(does_not.up());
}

TEST(ListeningWatcher, ComesUpWithTheSecondHelloAlthoughTheyComeSlowly) {
  const WatcherRules rules = bfd();
  Watcher watcher(rules, 1, "bfd");
  WatcherOutbox out;
  watcher.expire(t(1s), out);
  EXPECT_FALSE(watcher.up());
  watcher.heard({.hears_nothing = true, .slow = true}, t(2s), out);
  EXPECT_FALSE(watcher.up());
  watcher.heard({.slow = true}, t(3s), out);
  EXPECT_TRUE(watcher.up());
  // Three of the slow intervals may pass until the next.
  watcher.expire(t(6s - 1ns), out);
  EXPECT_TRUE(watcher.up());
  watcher.expire(t(6s), out);
  EXPECT_FALSE(watcher.up());
}

TEST(ListeningWatcher, ASilenceInBetweenBeginsTheCountAnew) {
  const WatcherRules rules = bfd();
  Watcher watcher(rules, 1, "bfd");
  WatcherOutbox out;
  watcher.expire(t(1s), out);
  watcher.heard({}, t(2s), out);
  watcher.heard({}, t(3s), out);  // 150 ms after the last it had been silent again
  EXPECT_FALSE(watcher.up());
  watcher.heard({}, t(3s + 100ms), out);
  EXPECT_TRUE(watcher.up());
}

TEST(ListeningWatcher, SendsUpToAQuarterSoonerWhereItIsTold) {
  WatcherRules rules = bfd();
  rules.spread = 25;
  Watcher watcher(rules, 7, "bfd");
  WatcherOutbox out;
  for (Duration at = 0s; at < 60s; at += 10ms) {
    watcher.heard({}, t(at), out);
  }
  // Between 60 s / 50 ms and 60 s / 37.5 ms; on average 43.75 ms.
  EXPECT_GT(out.sent.size(), 1320u);
  EXPECT_LT(out.sent.size(), 1420u);
}

}  // namespace
}  // namespace stayalive
