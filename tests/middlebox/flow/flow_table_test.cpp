// SPDX-License-Identifier: Apache-2.0
#include "middlebox/flow/flow_table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <utility>

#include "base/random.h"
#include "support/box_profiles.h"

namespace stayalive::testing {
namespace {

FlowKey key(std::uint64_t number) {
  return {{ipv4(10, 0, 0, 2), static_cast<std::uint16_t>(number)},
          {ipv4(203, 0, 113, 1), 53},
          Protocol::Udp};
}

Flow flow_of(std::uint64_t number) {
  const FlowKey its = key(number);
  return Flow::between(its.protocol, its.source, its.source, its.destination);
}

// The simplest thing that could be right: a map, searched from end to end.
class ReferenceTable {
 public:
  struct Entry {
    TimePoint deadline;
    std::uint32_t serial;
  };
  std::map<std::uint64_t, Entry> entries;

  // The serial numbers of those that died until now, by time, then by age.
  std::vector<std::pair<TimePoint, std::uint32_t>> reap(TimePoint now) {
    std::vector<std::pair<TimePoint, std::uint32_t>> dead;
    for (auto it = entries.begin(); it != entries.end();) {
      if (it->second.deadline <= now) {
        dead.emplace_back(it->second.deadline, it->second.serial);
        it = entries.erase(it);
      } else {
        ++it;
      }
    }
    std::sort(dead.begin(), dead.end());
    return dead;
  }
};

void behaves_like_the_reference(std::uint64_t seed) {
  Random random(seed, "flow table", "test");
  const Profile profile = [] {
    Profile made = linux_router();
    made.translate = false;
    return made;
  }();
  const BoxIdentity identity;
  MappingTable mappings(profile, identity);
  FlowTable table(profile, mappings);
  ReferenceTable reference;
  TimePoint now = kStart;
  std::uint32_t serial = 0;
  for (int step = 0; step < 2000; ++step) {
    SCOPED_TRACE("seed " + std::to_string(seed) + ", step " + std::to_string(step));
    now += random.up_to(4s);
    for (const auto& [at, its_serial] : reference.reap(now)) {
      const auto due = table.take_due(now);
      ASSERT_TRUE(due);
      ASSERT_EQ(due->at, at);
      ASSERT_EQ(due->serial, its_serial);
      table.remove_expired(due->slot, table[due->slot].timer, at);
    }
    ASSERT_FALSE(table.take_due(now));
    ASSERT_GT(table.next_due(), now);
    ASSERT_EQ(table.size(), reference.entries.size());

    const std::uint64_t number = random.below(60);
    const Timeout timer = random.below(2) == 0 ? Timeout::UdpSingle : Timeout::UdpStream;
    const TimePoint deadline = now + profile.timeouts[timer];
    const FlowTable::Match match = table.find(key(number));
    const auto known = reference.entries.find(number);
    ASSERT_EQ(match.found(), known != reference.entries.end());
    if (known == reference.entries.end()) {
      const Flow flow = flow_of(number);
      table.open(flow, {timer, Side::Internal, PacketKind::Data}, now);
      reference.entries[number] = {deadline, ++serial};
    } else if (random.below(4) == 0) {
      table.remove(match.slot, now);
      reference.entries.erase(known);
    } else {
      table.extend(match.slot, timer, now, Side::External, PacketKind::Data);
      known->second.deadline = deadline;
    }
    ASSERT_EQ(table.find(key(number).reversed()).found(), reference.entries.contains(number));
  }
}

TEST(FlowTable, BehavesLikeAMapOnRandomInput) {
  for (std::uint64_t seed = 1; seed <= 5; ++seed) behaves_like_the_reference(seed);
}

TEST(FlowTable, RemembersTheDeadUntilTheirKeyIsUsedAgain) {
  Profile profile = linux_router();
  profile.translate = false;
  const BoxIdentity identity;
  MappingTable mappings(profile, identity);
  FlowTable table(profile, mappings);
  const Flow flow = flow_of(1);
  const FlowTable::Opening opening{Timeout::UdpSingle, Side::Internal, PacketKind::Data};
  table.open(flow, opening, kStart);
  EXPECT_EQ(table.find_dead(key(1)), nullptr);
  const auto due = table.take_due(kStart + 30s);
  ASSERT_TRUE(due);
  table.remove_expired(due->slot, Timeout::UdpSingle, due->at);
  ASSERT_NE(table.find_dead(key(1)), nullptr);
  ASSERT_NE(table.find_dead(key(1).reversed()), nullptr);
  EXPECT_EQ(table.find_dead(key(1))->queued_at, kStart + 30s);
  EXPECT_FALSE(table.find(key(1)).found());
  table.open(flow, opening, kStart + 40s);
  EXPECT_EQ(table.find_dead(key(1)), nullptr);
  EXPECT_TRUE(table.find(key(1)).found());
}

TEST(FlowTable, AnEndOfItsOwnCountsUntilTheNextRefresh) {
  Profile profile = linux_router();
  profile.translate = false;
  const BoxIdentity identity;
  MappingTable mappings(profile, identity);
  FlowTable table(profile, mappings);
  const FlowTable::Opening opening{Timeout::UdpSingle, Side::Internal, PacketKind::Data};
  const std::uint32_t slot = table.open(flow_of(1), opening, kStart);
  EXPECT_EQ(table.deadline(table[slot]), kStart + 30s);
  ASSERT_TRUE(table.take_due(kStart + 30s));
  EXPECT_EQ(table.next_due(), kNever);
  table.end_at(slot, kStart + 40s);
  EXPECT_EQ(table.lease(table[slot]).refreshed_at, kStart) << "which is no refresh";
  EXPECT_EQ(table.next_due(), kStart + 40s);
  EXPECT_FALSE(table.take_due(kStart + 40s - 1ns));
  table.extend(slot, Timeout::UdpSingle, kStart + 35s, Side::Internal, PacketKind::Data);
  EXPECT_FALSE(table.take_due(kStart + 65s - 1ns));
  EXPECT_EQ(table.take_due(kStart + 65s)->at, kStart + 65s);
}

}  // namespace
}  // namespace stayalive::testing
