// SPDX-License-Identifier: Apache-2.0
#include "app/ledger.h"

#include <gtest/gtest.h>

#include "support/instant.h"

namespace stayalive {
namespace {

TEST(Ledger, ARadioWakesForAPacketThatComesTenSecondsAfterTheLast) {
  Simulation sim;
  Ledger ledger(sim, 1);
  const ConnectionId connection{0};
  const auto wakeups = [&] { return ledger.record(connection).counters[0].wakeups; };

  /*   0 s */ ledger.sent(connection, Role::Client, Packet{});
  EXPECT_EQ(wakeups(), 1u);
  /*  30 ms */ sim.run_until(at(30ms));
  ledger.received(connection, Role::Client, Packet{});
  EXPECT_EQ(wakeups(), 1u) << "the answer finds it awake";
  /* 10.03 s - 1 ns */ sim.run_until(at(10s + 30ms - 1ns));
  ledger.sent(connection, Role::Client, Packet{});
  EXPECT_EQ(wakeups(), 1u) << "the tail is not over";
  /* 10 s later */ sim.run_until(at(20s + 30ms - 1ns));
  ledger.received(connection, Role::Client, Packet{});
  EXPECT_EQ(wakeups(), 2u) << "the tail was over";
  EXPECT_EQ(ledger.record(connection).counters[1].wakeups, 0u) << "the server's was never used";
}

TEST(Ledger, ARadioIsAwakeForTenSecondsAfterEachPacketAndNoSpanCountsTwice) {
  Simulation sim;
  Ledger ledger(sim, 1);
  const ConnectionId connection{0};
  const auto awake = [&](TimePoint end) {
    return Duration{1us} * ledger.record(connection).counters_by(end, Role::Client).awake_us;
  };
  /*  0 s */ ledger.sent(connection, Role::Client, Packet{});
  EXPECT_EQ(awake(at(3s)), 3s) << "the run ends within the tail";
  EXPECT_EQ(awake(at(10s)), 10s);
  EXPECT_EQ(awake(at(1h)), 10s);
  /*  8 s */ sim.run_until(at(8s));
  ledger.sent(connection, Role::Client, Packet{});
  EXPECT_EQ(awake(at(1h)), 18s) << "one that finds it awake prolongs that";
  /* 40 s */ sim.run_until(at(40s));
  ledger.received(connection, Role::Client, Packet{});
  EXPECT_EQ(awake(at(1h)), 28s);
}

}  // namespace
}  // namespace stayalive
