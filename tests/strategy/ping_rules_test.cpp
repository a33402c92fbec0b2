// SPDX-License-Identifier: Apache-2.0
#include "strategy/ping_rules.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

constexpr TimePoint kNow = kStart + 100s;

class PingRulesOfAClient : public ::testing::Test {
 protected:
  PingRulesOfAClient() { rules_.pings = {true, false}; }

  // How long after now the next ping is; -1 s when the event leaves it as it is.
  Duration wait_after(PingEvent event, PingRules::Memory memory = {}) {
    const auto at = rules_.next_ping(Role::Client, event, kNow, memory, waits_);
    return at ? *at - kNow : -1s;
  }

  PingRules rules_;
  Random waits_{1, "rules", "test"};
};

TEST_F(PingRulesOfAClient, PingAWholeIntervalAfterTheBeginningAndAfterEachPing) {
  EXPECT_EQ(wait_after(PingEvent::Opened), 60s);
  EXPECT_EQ(wait_after(PingEvent::Pinged), 60s);
  EXPECT_EQ(wait_after(PingEvent::Skipped), 60s);
  for (const PingEvent event :
       {PingEvent::Opened, PingEvent::Pinged, PingEvent::Sent, PingEvent::Received}) {
    EXPECT_FALSE(rules_.next_ping(Role::Server, event, kNow, {}, waits_));
  }
}

TEST_F(PingRulesOfAClient, AreMovedOnlyByWhatPutsThemOff) {
  EXPECT_EQ(wait_after(PingEvent::Sent), 60s);
  EXPECT_EQ(wait_after(PingEvent::Received), -1s);
  rules_.put_off_by_sent = false;
  rules_.put_off_by_received = true;
  EXPECT_EQ(wait_after(PingEvent::Sent), -1s);
  EXPECT_EQ(wait_after(PingEvent::Received), 60s);
}

TEST_F(PingRulesOfAClient, RetrySoonerWhileAnAnswerIsMissing) {
  rules_.retry_interval = 2s;
  const PingRules::Memory waiting{kNow - 3s, 1};
  EXPECT_EQ(wait_after(PingEvent::Pinged, waiting), 2s);
  EXPECT_EQ(wait_after(PingEvent::Sent, waiting), -1s) << "what waits goes on waiting";
  EXPECT_EQ(wait_after(PingEvent::Received, waiting), 57s) << "an interval after the last ping";
  EXPECT_EQ(wait_after(PingEvent::Received, {kNow - 60s, 1}), 0s);
  EXPECT_EQ(wait_after(PingEvent::Received, {kNow - 61s, 1}), 0s) << "but never in the past";
  rules_.answered = false;
  EXPECT_EQ(wait_after(PingEvent::Pinged), 60s) << "nothing is waited for";
}

TEST_F(PingRulesOfAClient, BackOffWithEachUnansweredPing) {
  rules_.retry_interval = 4s;
  rules_.retry_growth = 180;
  EXPECT_EQ(wait_after(PingEvent::Pinged, {kNow, 0}), 4s);
  EXPECT_EQ(wait_after(PingEvent::Pinged, {kNow, 1}), 7200ms);
  EXPECT_EQ(wait_after(PingEvent::Pinged, {kNow, 2}), 12960ms);
  EXPECT_GT(wait_after(PingEvent::Pinged, {kNow, UINT32_MAX}), 8784h) << "but never beyond time";
  rules_.retry_most = 10s;
  EXPECT_EQ(wait_after(PingEvent::Pinged, {kNow, 2}), 10s);
}

TEST(FirstLook, IsTheOneThatIsNotBefore) {
  const TimePoint look = kStart + 100s;
  EXPECT_EQ(first_look(look, look, 10s), look);
  EXPECT_EQ(first_look(look + 1ns, look, 10s), look + 10s);
  EXPECT_EQ(first_look(look + 10s, look, 10s), look + 10s);
  EXPECT_EQ(first_look(look - 1ns, look, 10s), look);
  EXPECT_EQ(first_look(look - 10s, look, 10s), look - 10s);
  EXPECT_EQ(first_look(look - 15s, look, 10s), look - 10s);
  EXPECT_EQ(first_look(kNever, look, 10s), kNever);
}

TEST_F(PingRulesOfAClient, DrawNothingWithoutJitterOrWithoutAWait) {
  const std::uint64_t before = waits_.state();
  wait_after(PingEvent::Pinged);
  EXPECT_EQ(waits_.state(), before);
  rules_.jitter = 10s;
  wait_after(PingEvent::Received);
  EXPECT_EQ(waits_.state(), before);
  const Duration wait = wait_after(PingEvent::Pinged);
  EXPECT_NE(waits_.state(), before);
  EXPECT_GE(wait, 50s);
  EXPECT_LE(wait, 60s);
}

}  // namespace
}  // namespace stayalive
