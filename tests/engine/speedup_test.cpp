// SPDX-License-Identifier: Apache-2.0
#include "engine/speedup.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "support/witness.h"

namespace stayalive {
namespace {

using test::packet_of;
using test::Witness;

TEST(Speedup, ALaneKeepsItsPlaceAmongAllOtherEvents) {
  Simulation sim;
  Speedup fast(sim);
  Witness witness;
  const NodeId id = sim.add("witness", witness);
  const LaneId line = fast.add_lane();
  const LaneId timers = fast.add_lane();
  sim.wake_at(kStart + 1s, id, 1);
  fast.deliver_on(line, kStart + 1s, id, Side::Internal, packet_of(2));
  fast.wake_on(timers, kStart + 1s - 1ns, id, 0);
  fast.wake_on(timers, kStart + 1s, id, 3);
  fast.deliver_on(line, kStart + 1s, id, Side::External, packet_of(4));
  sim.deliver_at(kStart + 1s, id, Side::Internal, packet_of(5));
  fast.wake_on(timers, kNever, id, 9);
  EXPECT_EQ(sim.run_until(kStart + 1s - 1ns), 1u);
  EXPECT_EQ(sim.run_until(kStart + 1h), 5u);
  EXPECT_EQ(witness.log, (std::vector<std::string>{
                             "999 wake 0", "1000 wake 1", "1000 packet internal 2", "1000 wake 3",
                             "1000 packet external 4", "1000 packet internal 5"}));
}

TEST(Speedup, AWakeUpThatComesBeforeTheLastOneOfItsLaneWaitsElsewhere) {
  Simulation sim;
  Speedup fast(sim);
  Witness witness;
  const NodeId id = sim.add("witness", witness);
  const LaneId timers = fast.add_lane();
  fast.wake_on(timers, kStart + 2s, id, 1);
  fast.wake_on(timers, kStart + 2s - 1ns, id, 2);
  fast.wake_on(timers, kStart + 2s, id, 3);
  fast.wake_on(timers, kNever, id, 4);
  fast.wake_on(timers, kStart + 3s, id, 5);
  EXPECT_EQ(sim.run_until(kStart + 1h), 4u);
  EXPECT_EQ(witness.log,
            (std::vector<std::string>{"1999 wake 2", "2000 wake 1", "2000 wake 3", "3000 wake 5"}));
}

TEST(Speedup, WhoeverAsksForALaneOfADelayGetsTheSame) {
  Simulation sim;
  Speedup fast(sim);
  Witness witness;
  const NodeId id = sim.add("witness", witness);
  const LaneId long_line = fast.lane_after(1s);
  const LaneId short_line = fast.lane_after(10ms);
  EXPECT_NE(long_line, short_line);
  EXPECT_EQ(fast.lane_after(1s), long_line);
  fast.deliver_after(long_line, id, Side::Internal, packet_of(1));
  sim.run_until(kStart + 990ms);
  // Both are due at one instant, and the first to be put on its lane comes first.
  fast.deliver_after(short_line, id, Side::External, packet_of(2));
  fast.deliver_after(long_line, id, Side::External, packet_of(3));
  sim.run_until(kStart + 1h);
  EXPECT_EQ(witness.log,
            (std::vector<std::string>{"1000 packet internal 1", "1000 packet external 2",
                                      "1990 packet external 3"}));
}

TEST(Speedup, ALaneWhoseTimeNeverComesDeliversNothing) {
  Simulation sim;
  Speedup fast(sim);
  Witness witness;
  const NodeId id = sim.add("witness", witness);
  fast.deliver_after(fast.lane_after(kForever), id, Side::Internal, packet_of(1));
  fast.deliver_after(fast.lane_after(kForever - 1ns), id, Side::Internal, packet_of(2));
  EXPECT_EQ(sim.run_until(kNever - 1ns), 1u);
  EXPECT_EQ(witness.log.size(), 1u);
}

TEST(Speedup, LanesChangeNoResult) {
  const auto digest_with = [](bool lanes) {
    Simulation sim;
    Speedup fast(sim);
    Witness witness;
    const NodeId id = sim.add("witness", witness);
    const LaneId line = fast.add_lane();
    const LaneId timers = fast.add_lane();
    Random random(1, "lanes", "test");
    TimePoint arrival = kStart;
    TimePoint due = kStart;
    for (std::uint32_t i = 0; i < 1000; ++i) {
      arrival = std::max(arrival, sim.now()) + Duration{random.below(5)};
      due = std::max(due, sim.now()) + Duration{random.below(5)};
      if (lanes) {
        fast.deliver_on(line, arrival, id, Side::Internal, packet_of(1));
        fast.wake_on(timers, due, id, i);
      } else {
        sim.deliver_at(arrival, id, Side::Internal, packet_of(1));
        sim.wake_at(due, id, i);
      }
      sim.wake_at(sim.now() + Duration{random.below(5)}, id, i);
      if (random.below(3) == 0) sim.run_until(sim.now() + Duration{random.below(9)});
    }
    sim.run_until(kStart + 1s);
    EXPECT_EQ(sim.events(), 3000u);
    // A wake-up's token is its own, a packet's handle in the queue is not part of the digest.
    return std::pair(sim.digest(), witness.log);
  };
  EXPECT_EQ(digest_with(true), digest_with(false));
}

// A witness that knows, for each alarm, until when it can be put off.
class Foreseer final : public Witness, public Foresight {
 public:
  void foresee(Side from, const Packet& packet) const override {
    foreseen.push_back(std::string(stayalive::name(from)) + " " + std::to_string(packet.payload));
  }
  TimePoint sure_deadline(TimePoint, std::uint32_t) override {
    ++asked;
    return sure;
  }
  mutable std::vector<std::string> foreseen;
  TimePoint sure = kStart;
  int asked = 0;
};

TEST(Speedup, AnEarlyAlarmIsPutOffWithoutAnEvent) {
  Simulation sim;
  Foreseer node;
  const NodeId id = sim.add("node", node);
  const AlarmId alarm = Speedup(sim).add_early_alarm(id, 7);
  sim.set_alarm(alarm, kStart + 1s);
  node.sure = kStart + 3s;
  EXPECT_EQ(sim.run_until(kStart + 3s - 1ns), 0u);
  EXPECT_EQ(node.asked, 1) << "at 1 s";
  EXPECT_EQ(sim.run_until(kStart + 3s), 1u);
  EXPECT_EQ(node.asked, 2) << "at 3 s, too";
  EXPECT_EQ(node.log, (std::vector<std::string>{"3000 wake 7"}));
  EXPECT_EQ(sim.run_until(kStart + 1h), 0u) << "it is off after it has rung";
}

TEST(Speedup, AnEarlyAlarmRingsBeforeAllElseAtItsInstant) {
  Simulation sim;
  Foreseer node;
  const NodeId id = sim.add("node", node);
  const AlarmId early = Speedup(sim).add_early_alarm(id, 7);
  const AlarmId plain = sim.add_alarm(id, 8);
  const LaneId line = Speedup(sim).lane_after(1s);
  Speedup(sim).deliver_after(line, id, Side::Internal, packet_of(1));
  sim.wake_at(kStart + 1s, id, 9);
  sim.set_alarm(plain, kStart + 1s);
  sim.set_alarm(early, kStart + 1s);
  sim.run_until(kStart + 1s);
  EXPECT_EQ(node.log, (std::vector<std::string>{"1000 wake 7", "1000 packet internal 1",
                                                "1000 wake 9", "1000 wake 8"}));
}

TEST(SpeedupDeathTest, AnEarlyAlarmNeedsForesight) {
  Simulation sim;
  Witness witness;
  const NodeId id = sim.add("witness", witness);
  EXPECT_DEATH(Speedup(sim).add_early_alarm(id, 7), "knows its sure deadline");
}

TEST(Speedup, APacketIsAnnouncedWhenEightOthersComeBeforeIt) {
  Simulation sim;
  Speedup fast(sim);
  Foreseer node;
  Witness without;
  const NodeId id = sim.add("node", node);
  const NodeId other = sim.add("without foresight", without);
  const LaneId line = fast.lane_after(1s);
  for (std::uint16_t i = 1; i <= 8; ++i) {
    fast.deliver_after(line, id, Side::External, packet_of(i));
    fast.announce(line, id, Side::External, packet_of(i));
  }
  EXPECT_TRUE(node.foreseen.empty());
  fast.deliver_after(line, id, Side::External, packet_of(9));
  fast.announce(line, id, Side::External, packet_of(9));
  EXPECT_EQ(node.foreseen, (std::vector<std::string>{"external 9"}));
  fast.deliver_after(line, other, Side::External, packet_of(10));
  fast.announce(line, other, Side::External, packet_of(10));
  EXPECT_EQ(sim.run_until(kStart + 1s), 10u);
  EXPECT_EQ(node.log.size(), 9u);
  EXPECT_EQ(without.log.size(), 1u);
}

TEST(Speedup, StopsAfterSoManyEventsWhereTheLastOneWas) {
  Simulation sim;
  Witness witness;
  const NodeId id = sim.add("witness", witness);
  for (std::uint32_t i = 1; i <= 3; ++i) sim.wake_at(kStart + i * 1s, id, i);
  EXPECT_EQ(Speedup(sim).run_some(kStart + 1h, 2), 2u);
  EXPECT_EQ(sim.now(), kStart + 2s);
  EXPECT_EQ(Speedup(sim).run_some(kStart + 1h, 2), 1u);
  EXPECT_EQ(sim.now(), kStart + 1h);
}

// What the third and fourth period would bring is entered without running them.
TEST(Speedup, ARepeatedPeriodGivesTheDigestOfTheEvents) {
  const auto run = [](int periods, std::uint64_t repeated) {
    Simulation sim;
    Witness witness;
    const NodeId id = sim.add("witness", witness);
    EventLog log;
    Speedup(sim).set_log(&log);
    for (int i = 0; i < periods; ++i) {
      sim.wake_at(kStart + i * 10s, id, 4);
      Packet packet = packet_of(5);
      packet.sequence = static_cast<std::uint32_t>(1000 * i);
      sim.deliver_at(kStart + i * 10s + 1s, id, Side::Internal, packet);
    }
    sim.run_until(kStart + 1h);
    const std::span events(log);
    if (repeated > 0) Speedup(sim).repeat(events.first(2), events.last(2), repeated);
    return sim.digest();
  };
  EXPECT_EQ(run(2, 2), run(4, 0));
  EXPECT_NE(run(2, 1), run(4, 0));
}

}  // namespace
}  // namespace stayalive
