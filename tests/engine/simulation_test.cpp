// SPDX-License-Identifier: Apache-2.0
#include "engine/simulation.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "support/witness.h"

namespace stayalive {
namespace {

using test::packet_of;
using test::Witness;

TEST(Simulation, RunsEventsInTheOrderOfTime) {
  Simulation sim;
  Witness witness;
  const NodeId id = sim.add("witness", witness);
  sim.wake_at(kStart + 2s, id, 2);
  sim.deliver_at(kStart + 1s, id, Side::Internal, packet_of(100));
  sim.deliver_at(kStart + 3s, id, Side::External, packet_of(300));
  EXPECT_EQ(sim.run_until(kStart + 10s), 3u);
  EXPECT_EQ(witness.log, (std::vector<std::string>{"1000 packet internal 100", "2000 wake 2",
                                                   "3000 packet external 300"}));
  EXPECT_EQ(sim.events(), 3u);
}

TEST(Simulation, RunsEventsOfOneInstantInTheOrderOfScheduling) {
  Simulation sim;
  Witness witness;
  const NodeId id = sim.add("witness", witness);
  sim.wake_at(kStart + 1s, id, 5);
  sim.deliver_at(kStart + 1s, id, Side::Internal, packet_of(9));
  sim.wake_at(kStart + 1s, id, 4);
  sim.run_until(kStart + 1s);
  EXPECT_EQ(witness.log,
            (std::vector<std::string>{"1000 wake 5", "1000 packet internal 9", "1000 wake 4"}));
}

TEST(Simulation, TheLimitBelongsToTheRun) {
  Simulation sim;
  Witness witness;
  const NodeId id = sim.add("witness", witness);
  sim.wake_at(kStart + 1s, id, 1);
  sim.wake_at(kStart + 1s + 1ns, id, 2);
  EXPECT_EQ(sim.run_until(kStart + 1s - 1ns), 0u);
  EXPECT_EQ(sim.now(), kStart + 1s - 1ns);
  EXPECT_EQ(sim.run_until(kStart + 1s), 1u);
  EXPECT_EQ(sim.now(), kStart + 1s);
  EXPECT_EQ(sim.run_until(kStart + 1s), 0u);
  EXPECT_EQ(sim.run_until(kStart + 2s), 1u);
  EXPECT_EQ(sim.now(), kStart + 2s) << "the run stands at its limit, not at its last event";
}

// Wakes itself again at the same instant, a given number of times.
class Eager : public Node {
 public:
  void receive(Simulation&, Side, const Packet&) override {}
  void walk(StateWalk&) override {}
  void wake(Simulation& sim, std::uint32_t token) override {
    ++count;
    if (token > 0) sim.wake_at(sim.now(), id, token - 1);
  }
  NodeId id;
  int count = 0;
};

TEST(Simulation, WhatIsScheduledForNowRunsNow) {
  Simulation sim;
  Eager eager;
  eager.id = sim.add("eager", eager);
  sim.wake_at(kStart + 1s, eager.id, 9);
  EXPECT_EQ(sim.run_until(kStart + 1s), 10u);
  EXPECT_EQ(eager.count, 10);
}

TEST(Simulation, NeverDoesNotCome) {
  Simulation sim;
  Witness witness;
  const NodeId id = sim.add("witness", witness);
  sim.wake_at(kNever, id, 1);
  sim.deliver_at(kNever, id, Side::Internal, packet_of(1));
  EXPECT_EQ(sim.run_until(kNever), 0u);
}

TEST(Simulation, ReachesTheRightNodeOnTheRightSide) {
  Simulation sim;
  std::vector<Witness> witnesses(5);
  std::vector<NodeId> ids;
  for (Witness& witness : witnesses) ids.push_back(sim.add("w", witness));
  sim.deliver_at(kStart, ids[3], Side::External, packet_of(3));
  sim.wake_at(kStart, ids[4], 0xffff'ffff);
  sim.run_until(kStart);
  EXPECT_EQ(witnesses[3].log, (std::vector<std::string>{"0 packet external 3"}));
  EXPECT_EQ(witnesses[4].log, (std::vector<std::string>{"0 wake 4294967295"}));
  EXPECT_TRUE(witnesses[0].log.empty() && witnesses[1].log.empty() && witnesses[2].log.empty());
}

TEST(Simulation, KnowsItsNodesByName) {
  Simulation sim;
  Witness a;
  Witness b;
  const NodeId first = sim.add("laptop", a);
  const NodeId second = sim.add("router", b);
  EXPECT_EQ(sim.name(first), "laptop");
  EXPECT_EQ(sim.name(second), "router");
}

std::uint64_t digest_of(std::initializer_list<std::uint32_t> tokens) {
  Simulation sim;
  Witness witness;
  const NodeId id = sim.add("witness", witness);
  for (const std::uint32_t token : tokens) sim.wake_at(kStart + 1s, id, token);
  sim.run_until(kStart + 5s);
  return sim.digest();
}

TEST(SimulationDigest, IsTheSameForTheSameEvents) {
  EXPECT_EQ(digest_of({1, 2}), digest_of({1, 2}));
}

TEST(SimulationDigest, ChangesWithTheOrderAndTheNumberOfEvents) {
  EXPECT_NE(digest_of({1, 2}), digest_of({2, 1}));
  EXPECT_NE(digest_of({1}), digest_of({1, 1}));
}

std::uint64_t digest_of(TimePoint at, Side side, const Packet& packet) {
  Simulation sim;
  Witness witness;
  const NodeId id = sim.add("witness", witness);
  sim.deliver_at(at, id, side, packet);
  sim.run_until(kStart + 5s);
  return sim.digest();
}

TEST(SimulationDigest, ChangesWithTimeSideAndPacket) {
  const std::uint64_t reference = digest_of(kStart + 1s, Side::Internal, packet_of(1));
  EXPECT_EQ(digest_of(kStart + 1s, Side::Internal, packet_of(1)), reference);
  EXPECT_NE(digest_of(kStart + 1s + 1ns, Side::Internal, packet_of(1)), reference);
  EXPECT_NE(digest_of(kStart + 1s, Side::External, packet_of(1)), reference);
  EXPECT_NE(digest_of(kStart + 1s, Side::Internal, packet_of(2)), reference);
  Packet packet = packet_of(1);
  packet.sequence = 1;
  EXPECT_NE(digest_of(kStart + 1s, Side::Internal, packet), reference);
  packet = packet_of(1);
  packet.flags = tcp_flag::kFin;
  EXPECT_NE(digest_of(kStart + 1s, Side::Internal, packet), reference);
  packet = packet_of(1);
  packet.source_port = 1;
  EXPECT_NE(digest_of(kStart + 1s, Side::Internal, packet), reference);
}

TEST(SimulationDigest, DoesNotDependOnHowTheRunIsCut) {
  const auto digest = [](std::initializer_list<Duration> cuts) {
    Simulation sim;
    Witness witness;
    const NodeId id = sim.add("witness", witness);
    for (std::uint32_t i = 0; i < 20; ++i) sim.wake_at(kStart + (i % 7) * 1s, id, i);
    for (const Duration cut : cuts) sim.run_until(kStart + cut);
    return sim.digest();
  };
  EXPECT_EQ(digest({10s}), digest({1s, 1s, 2500ms, 6s - 1ns, 6s, 10s}));
}

TEST(SimulationDeathTest, DoesNotGoBackInTime) {
  Simulation sim;
  Witness witness;
  const NodeId id = sim.add("witness", witness);
  sim.run_until(kStart + 5s);
  sim.wake_at(kStart + 5s, id, 1);
  EXPECT_DEATH(sim.wake_at(kStart + 5s - 1ns, id, 1), "nothing is scheduled before the present");
  EXPECT_DEATH(sim.deliver_at(kStart, id, Side::Internal, packet_of(1)), "before the present");
  EXPECT_DEATH(sim.run_until(kStart + 5s - 1ns), "does not run backwards");
}

class Listener : public TraceSink {
 public:
  void record(const TraceRecord& record, const std::string& where) override {
    details.push_back(where + ": " + record.detail);
  }
  std::vector<std::string> details;
};

TEST(Simulation, TracesOnlyWhileSomebodyListens) {
  Simulation sim;
  Listener listener;
  EXPECT_FALSE(sim.tracing());
  sim.set_trace(&listener);
  EXPECT_TRUE(sim.tracing());
  TraceRecord record;
  record.detail = "hello";
  sim.trace(record);
  Witness witness;
  record.node = sim.add("router", witness);
  sim.trace(record);
  EXPECT_EQ(listener.details, (std::vector<std::string>{": hello", "router: hello"}));
  sim.set_trace(nullptr);
  EXPECT_FALSE(sim.tracing());
}

}  // namespace
}  // namespace stayalive
