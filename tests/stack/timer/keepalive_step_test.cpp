// SPDX-License-Identifier: Apache-2.0
#include "stack/timer/keepalive_step.h"

#include <gtest/gtest.h>

namespace stayalive {
namespace {

using Action = KeepaliveStep::Action;

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
  expect(keepalive_step(config, 3s - 1ns, 0, false), Action::Wait, 1ns);
  expect(keepalive_step(config, 3s, 0, false), Action::Probe, 1s);
}

TEST(KeepaliveStep, TheCountDecidesNotTheTime) {
  const TcpConfig config = three_one_three();
  expect(keepalive_step(config, 100s, 2, false), Action::Probe, 1s);
  expect(keepalive_step(config, 3s, 3, false), Action::GiveUp, 0s);
}

TEST(KeepaliveStep, UserTimeoutReplacesTheCountButNeedsAProbe) {
  TcpConfig config = three_one_three();
  config.user_timeout = 4500ms;
  expect(keepalive_step(config, 4500ms - 1ns, 9, false), Action::Probe, 1s);
  expect(keepalive_step(config, 4500ms, 0, false), Action::Probe, 1s);
  expect(keepalive_step(config, 4500ms, 1, false), Action::GiveUp, 0s);
}

TEST(KeepaliveStep, LinuxWaitsAWholeIdleTimeWhileDataIsOnItsWay) {
  expect(keepalive_step(three_one_three(), 10s, 3, true), Action::Wait, 3s);
}

TEST(KeepaliveStep, BsdProbesWithDataInFlightAndGivesUpByTime) {
  TcpConfig config = three_one_three();
  config.keepalive_style = KeepaliveStyle::Bsd;
  expect(keepalive_step(config, 3s, 7, true), Action::Probe, 1s);
  expect(keepalive_step(config, 6s - 1ns, 0, true), Action::Probe, 1s);
  expect(keepalive_step(config, 6s, 0, true), Action::GiveUp, 0s);
}

}  // namespace
}  // namespace stayalive
