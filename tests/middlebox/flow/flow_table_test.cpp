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
  const BoxSetting setting;
  MappingTable mappings(profile, setting);
  FlowTable table(profile, mappings);
  ReferenceTable reference;
  TimePoint now = kStart;
  std::uint32_t serial = 0;
  for (int step = 0; step < 2000; ++step) {
    SCOPED_TRACE("seed " + std::to_string(seed) + ", step " + std::to_string(step));
    now += random.up_to(4s);
    Outbox out;
    table.reap(now, out);
    const auto dead = reference.reap(now);
    ASSERT_EQ(out.notes.size(), dead.size());
    for (std::size_t i = 0; i < dead.size(); ++i) {
      ASSERT_EQ(out.notes[i].event, FlowEvent::Expired);
      ASSERT_EQ(out.notes[i].at, dead[i].first);
      ASSERT_EQ(out.notes[i].flow.value, dead[i].second);
    }
    ASSERT_GT(table.next_deadline(), now);
    ASSERT_EQ(table.size(), reference.entries.size());

    const std::uint64_t number = random.below(60);
    const Timeout timer = random.below(2) == 0 ? Timeout::UdpSingle : Timeout::UdpStream;
    const TimePoint deadline = now + profile.timeouts[timer];
    const FlowTable::Match match = table.find(key(number));
    const auto known = reference.entries.find(number);
    ASSERT_EQ(match.found(), known != reference.entries.end());
    if (known == reference.entries.end()) {
      const Flow flow = flow_of(number);
      table.open(flow, {timer, Side::Internal, PacketKind::Data}, now, out);
      reference.entries[number] = {deadline, ++serial};
    } else if (random.below(4) == 0) {
      table.end(match.slot, FlowEvent::Closed, now, out);
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

TEST(FlowTable, SweptTimesAreMultiplesOfTheInterval) {
  EXPECT_EQ(swept(kStart + 20s, 10s), kStart + 20s);
  EXPECT_EQ(swept(kStart + 20s + 1ns, 10s), kStart + 30s);
  EXPECT_EQ(swept(kStart + 20s - 1ns, 10s), kStart + 20s);
  EXPECT_EQ(swept(kStart + 20s - 1ns, 0s), kStart + 20s - 1ns);
  EXPECT_EQ(swept(kNever, 10s), kNever);
}

TEST(FlowTable, RemembersTheDeadUntilTheirKeyIsUsedAgain) {
  Profile profile = linux_router();
  profile.translate = false;
  const BoxSetting setting;
  MappingTable mappings(profile, setting);
  FlowTable table(profile, mappings);
  Outbox out;
  const Flow flow = flow_of(1);
  const FlowTable::Opening opening{Timeout::UdpSingle, Side::Internal, PacketKind::Data};
  table.open(flow, opening, kStart, out);
  EXPECT_EQ(table.find_dead(key(1)), nullptr);
  table.reap(kStart + 30s, out);
  ASSERT_NE(table.find_dead(key(1)), nullptr);
  ASSERT_NE(table.find_dead(key(1).reversed()), nullptr);
  EXPECT_EQ(table.find_dead(key(1))->queued_at, kStart + 30s);
  EXPECT_FALSE(table.find(key(1)).found());
  table.open(flow, opening, kStart + 40s, out);
  EXPECT_EQ(table.find_dead(key(1)), nullptr);
  EXPECT_TRUE(table.find(key(1)).found());
}

}  // namespace
}  // namespace stayalive::testing
