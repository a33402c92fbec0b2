// SPDX-License-Identifier: Apache-2.0
#include "engine/alarms.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/witness.h"

namespace stayalive {
namespace {

using Rung = std::vector<std::string>;

class AlarmTest : public testing::Test {
 protected:
  Simulation sim;
  test::Witness witness;
  NodeId id = sim.add("witness", witness);
  AlarmId alarm = sim.add_alarm(id, 7);
};

TEST_F(AlarmTest, IsOffAtFirstAndAfterItHasRung) {
  EXPECT_EQ(sim.run_until(kStart + 1s), 0u);
  sim.set_alarm(alarm, kStart + 2s);
  EXPECT_EQ(sim.run_until(kStart + 2s - 1ns), 0u);
  EXPECT_EQ(sim.run_until(kStart + 2s), 1u);
  EXPECT_EQ(sim.run_until(kStart + 1h), 0u);
  EXPECT_EQ(witness.log, Rung{"2000 wake 7"});
}

TEST_F(AlarmTest, RingsOnceWhenItWasMovedToAnEarlierInstant) {
  sim.set_alarm(alarm, kStart + 5s);
  sim.set_alarm(alarm, kStart + 2s);
  EXPECT_EQ(sim.run_until(kStart + 1h), 1u);
  EXPECT_EQ(witness.log, Rung{"2000 wake 7"});
}

TEST_F(AlarmTest, RingsOnceWhenItWasMovedToALaterInstant) {
  sim.set_alarm(alarm, kStart + 2s);
  sim.set_alarm(alarm, kStart + 5s);
  EXPECT_EQ(sim.run_until(kStart + 1h), 1u) << "an entry that comes too early is no event";
  EXPECT_EQ(witness.log, Rung{"5000 wake 7"});
}

TEST_F(AlarmTest, RingsNoMoreOnceItIsSwitchedOff) {
  sim.set_alarm(alarm, kStart + 2s);
  sim.set_alarm(alarm, kNever);
  EXPECT_EQ(sim.run_until(kStart + 1h), 0u);
}

TEST_F(AlarmTest, TakesItsTurnWhenItIsMoved) {
  sim.set_alarm(alarm, kStart + 2s);
  sim.wake_at(kStart + 1s, id, 1);
  sim.set_alarm(alarm, kStart + 1s);
  sim.wake_at(kStart + 1s, id, 2);
  sim.run_until(kStart + 1s);
  EXPECT_EQ(witness.log, (Rung{"1000 wake 1", "1000 wake 7", "1000 wake 2"}));
}

TEST_F(AlarmTest, TakesTheTurnOfWhenItWasSetLast) {
  sim.set_alarm(alarm, kStart + 1s);
  sim.wake_at(kStart + 1s, id, 1);
  sim.set_alarm(alarm, kNever);
  sim.set_alarm(alarm, kStart + 1s);
  sim.run_until(kStart + 1s);
  EXPECT_EQ(witness.log, (Rung{"1000 wake 1", "1000 wake 7"}));
}

TEST_F(AlarmTest, IsNotSetForThePast) {
  sim.run_until(kStart + 5s);
  EXPECT_DEATH(sim.set_alarm(alarm, kStart + 5s - 1ns), "before the present");
}

}  // namespace
}  // namespace stayalive
