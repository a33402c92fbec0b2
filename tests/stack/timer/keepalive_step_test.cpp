// SPDX-License-Identifier: Apache-2.0
#include "stack/timer/keepalive_step.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

using Action = KeepaliveStep::Action;

constexpr Duration kRto = 400ms;

TcpConfig three_one_three() {
  TcpConfig config;
  config.keepalive_idle = 3s;
  config.keepalive_interval = 1s;
  config.keepalive_count = 3;
  return config;
}

void expect(const KeepaliveStep& step, Action action, Duration again) {
  EXPECT_EQ(step.action, action);
  if (action != Action::GiveUp) {
    EXPECT_EQ(step.again, again);
  }
}

TEST(KeepaliveStep, AProbeIsDueExactlyWhenTheIdleTimeIsOver) {
  const TcpConfig config = three_one_three();
  expect(keepalive_step(config, 3s - 1ns, 0, false, kRto), Action::Wait, 1ns);
  expect(keepalive_step(config, 3s, 0, false, kRto), Action::Probe, 1s);
}

TEST(KeepaliveStep, TheCountDecidesNotTheTime) {
  const TcpConfig config = three_one_three();
  expect(keepalive_step(config, 100s, 2, false, kRto), Action::Probe, 1s);
  expect(keepalive_step(config, 3s, 3, false, kRto), Action::GiveUp, 0s);
}

TEST(KeepaliveStep, UserTimeoutReplacesTheCountButNeedsAProbe) {
  TcpConfig config = three_one_three();
  config.user_timeout = 4500ms;
  expect(keepalive_step(config, 4500ms - 1ns, 9, false, kRto), Action::Probe, 1s);
  expect(keepalive_step(config, 4500ms, 0, false, kRto), Action::Probe, 1s);
  expect(keepalive_step(config, 4500ms, 1, false, kRto), Action::GiveUp, 0s);
}

TEST(KeepaliveStep, LinuxWaitsAWholeIdleTimeWhileDataIsOnItsWay) {
  expect(keepalive_step(three_one_three(), 10s, 3, true, kRto), Action::Wait, 3s);
}

TEST(KeepaliveStep, BsdProbesWithDataInFlightAndGivesUpByTime) {
  TcpConfig config = three_one_three();
  config.keepalive_style = KeepaliveStyle::Bsd;
  expect(keepalive_step(config, 3s, 7, true, kRto), Action::Probe, 1s);
  expect(keepalive_step(config, 6s - 1ns, 0, true, kRto), Action::Probe, 1s);
  expect(keepalive_step(config, 6s, 0, true, kRto), Action::GiveUp, 0s);
}

// --- Solaris ---

TcpConfig solaris() {
  TcpConfig config = find_os_preset("solaris")->tcp;
  config.keepalive_idle = 100s;
  return config;
}

TEST(KeepaliveStep, SolarisDoublesTheDistanceUpToTheLongestTimeout) {
  const TcpConfig config = solaris();
  EXPECT_EQ(after_keepalive_probe(config, 0, kRto), 400ms);
  EXPECT_EQ(after_keepalive_probe(config, 1, kRto), 800ms);
  EXPECT_EQ(after_keepalive_probe(config, 7, kRto), 51'200ms);
  EXPECT_EQ(after_keepalive_probe(config, 8, kRto), 60s) << "rto_max";
  EXPECT_EQ(after_keepalive_probe(config, 4'000'000'000, kRto), 60s);
  expect(keepalive_step(config, 100s - 1ns, 0, false, kRto), Action::Wait, 1ns);
  expect(keepalive_step(config, 100s, 0, false, kRto), Action::Probe, 400ms);
  expect(keepalive_step(config, 101'200ms, 2, false, kRto), Action::Probe, 1600ms);
}

TEST(KeepaliveStep, SolarisProbesMoreOftenThanItsIdleTime) {
  TcpConfig config = solaris();
  config.keepalive_idle = 10s;
  EXPECT_EQ(after_keepalive_probe(config, 4, kRto), 6400ms);
  EXPECT_EQ(after_keepalive_probe(config, 5, kRto), 9999ms);
  config.keepalive_idle = 1ms;
  EXPECT_EQ(after_keepalive_probe(config, 0, kRto), 1ms);
}

TEST(KeepaliveStep, SolarisGivesUpAtTheFirstProbeAfterTheAbortInterval) {
  const TcpConfig config = solaris();
  expect(keepalive_step(config, 580s, 20, false, kRto), Action::Probe, 60s);
  expect(keepalive_step(config, 580s + 1ns, 20, false, kRto), Action::GiveUp, 0s);
}

TEST(KeepaliveStep, SolarisInfersTheIntervalFromTheCountAndTheOtherWayRound) {
  TcpConfig config = solaris();
  config.keepalive_count = 10;
  EXPECT_EQ(after_keepalive_probe(config, 3, kRto), 48s);
  expect(keepalive_step(config, 580s + 1ns, 10, false, kRto), Action::GiveUp, 0s);
  config.keepalive_interval = 5s;
  EXPECT_EQ(after_keepalive_probe(config, 3, kRto), 5s);
  expect(keepalive_step(config, 150s, 10, false, kRto), Action::Probe, 5s);
  expect(keepalive_step(config, 150s + 1ns, 10, false, kRto), Action::GiveUp, 0s);
  config.keepalive_count = 0;
  expect(keepalive_step(config, 580s, 96, false, kRto), Action::Probe, 5s);
  expect(keepalive_step(config, 580s + 1ns, 96, false, kRto), Action::GiveUp, 0s);
}

TEST(KeepaliveStep, SolarisWaitsWhileDataIsOnItsWayButGivesUpAllTheSame) {
  const TcpConfig config = solaris();
  expect(keepalive_step(config, 100s, 0, true, kRto), Action::Wait, 100s);
  expect(keepalive_step(config, 580s + 1ns, 0, true, kRto), Action::GiveUp, 0s);
}

}  // namespace
}  // namespace stayalive
