// SPDX-License-Identifier: Apache-2.0
// A box against the simplest thing that could be right: a map, one timer for each flow, and a
// search from end to end for everything.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "base/random.h"
#include "middlebox/stateful_box.h"

namespace stayalive::testing {
namespace {

constexpr AddressId kOutside = ipv4(198, 51, 100, 1);

// A NAT for UDP in which nothing is plentiful.
Profile narrow_nat(WhenFull when_full, std::uint16_t ports, bool inbound_refreshes) {
  Profile profile;
  profile.name = "narrow";
  profile.tracker = TrackerKind::Idle;
  profile.mapping = Dependence::AddressAndPortDependent;
  profile.ports.preserve = false;
  profile.ports.low = 2000;
  profile.ports.high = static_cast<std::uint16_t>(1999 + ports);
  profile.ports.reuse_delay = 5s;
  profile.refresh.udp = inbound_refreshes ? RefreshedBy::Either : RefreshedBy::Outbound;
  profile.timeouts[Timeout::UdpSingle] = 20s;
  profile.timeouts[Timeout::UdpStream] = 50s;
  profile.capacity = 12;
  profile.when_full = when_full;
  return profile;
}

class ReferenceBox {
 public:
  explicit ReferenceBox(const Profile& profile)
      : profile_(profile), next_port_(profile.ports.low), serial_(0) {}

  struct Answer {
    Handling handling = Handling::Dropped;
    DropReason drop = DropReason::None;
    std::uint16_t port = 0;  // outside
    TimePoint deadline = kNever;
  };
  struct Death {
    TimePoint at;
    std::uint32_t serial;
    FlowEvent event;
    friend auto operator<=>(const Death&, const Death&) = default;
  };

  Answer send_out(Endpoint internal, Endpoint remote, TimePoint now, std::vector<Death>& deaths) {
    reap(now, deaths);
    const auto known = flows_.find({internal, remote});
    if (known != flows_.end()) {
      refresh(known->second, now);
      return {Handling::Refreshed, DropReason::None, known->second.port, known->second.deadline};
    }
    if (flows_.size() >= profile_.capacity && !evict(now, deaths)) {
      return {Handling::Dropped, DropReason::TableFull};
    }
    const auto port = free_port(now);
    if (!port) return {Handling::Dropped, DropReason::NoPorts};
    Flow& fresh = flows_[{internal, remote}];
    fresh.port = *port;
    fresh.serial = ++serial_;
    refresh(fresh, now);
    return {Handling::Opened, DropReason::None, *port, fresh.deadline};
  }

  Answer let_in(Endpoint remote, std::uint16_t port, TimePoint now, std::vector<Death>& deaths) {
    reap(now, deaths);
    for (auto& [ends, flow] : flows_) {
      if (flow.port != port) continue;
      if (ends.second != remote) return {Handling::Dropped, DropReason::Filtered};
      flow.answered = true;
      const bool counts = profile_.refresh.udp == RefreshedBy::Either;
      if (counts) refresh(flow, now);
      const Handling handling = counts ? Handling::Refreshed : Handling::Passed;
      return {handling, DropReason::None, port, flow.deadline};
    }
    return {Handling::Dropped, DropReason::NoMapping};
  }
  std::size_t size() const { return flows_.size(); }

 private:
  struct Flow {
    TimePoint refreshed_at;
    TimePoint deadline;
    std::uint32_t serial = 0;
    std::uint16_t port = 0;
    bool answered = false;
  };
  using Flows = std::map<std::pair<Endpoint, Endpoint>, Flow>;

  void refresh(Flow& flow, TimePoint now) const {
    flow.refreshed_at = now;
    flow.deadline =
        now + profile_.timeouts[flow.answered ? Timeout::UdpStream : Timeout::UdpSingle];
  }
  void remove(Flows::iterator flow, TimePoint at, FlowEvent event, std::vector<Death>& deaths) {
    deaths.push_back({at, flow->second.serial, event});
    free_at_[flow->second.port] = at + profile_.ports.reuse_delay;
    flows_.erase(flow);
  }
  void reap(TimePoint now, std::vector<Death>& deaths) {
    const std::size_t before = deaths.size();
    for (auto flow = flows_.begin(); flow != flows_.end();) {
      const auto next = std::next(flow);
      if (flow->second.deadline <= now) {
        remove(flow, flow->second.deadline, FlowEvent::Expired, deaths);
      }
      flow = next;
    }
    std::sort(deaths.begin() + static_cast<std::ptrdiff_t>(before), deaths.end());
  }
  bool evict(TimePoint now, std::vector<Death>& deaths) {
    if (profile_.when_full == WhenFull::Refuse) return false;
    auto victim = flows_.end();
    for (auto flow = flows_.begin(); flow != flows_.end(); ++flow) {
      const bool spared = profile_.when_full == WhenFull::EvictUnassured && flow->second.answered;
      if (spared) continue;
      if (victim == flows_.end() || before(flow->second, victim->second)) victim = flow;
    }
    if (victim == flows_.end()) return false;
    remove(victim, now, FlowEvent::Evicted, deaths);
    return true;
  }
  static bool before(const Flow& a, const Flow& b) {
    return std::pair(a.refreshed_at, a.serial) < std::pair(b.refreshed_at, b.serial);
  }
  std::optional<std::uint16_t> free_port(TimePoint now) {
    const int width = profile_.ports.high - profile_.ports.low + 1;
    for (int i = 0; i < width; ++i) {
      const auto port = static_cast<std::uint16_t>(profile_.ports.low +
                                                   (next_port_ - profile_.ports.low + i) % width);
      const bool held = std::any_of(flows_.begin(), flows_.end(),
                                    [&](const auto& flow) { return flow.second.port == port; });
      if (held || (free_at_.contains(port) && free_at_[port] > now)) continue;
      next_port_ = port == profile_.ports.high ? profile_.ports.low : port + 1;
      return port;
    }
    return std::nullopt;
  }

  const Profile profile_;
  Flows flows_;
  std::map<std::uint16_t, TimePoint> free_at_;
  int next_port_;
  std::uint32_t serial_;
};

// What a box is seen to do over many random packets, and how often each scarcity was met.
struct Met {
  int full = 0, no_ports = 0, evicted = 0, expired = 0;
};

void compare_deaths(const Outbox& out, const std::vector<ReferenceBox::Death>& deaths, Met& met) {
  std::vector<ReferenceBox::Death> told;
  for (const FlowNote& note : out.notes) {
    if (note.event == FlowEvent::Opened) continue;
    told.push_back({note.at, note.flow.value, note.event});
    ++(note.event == FlowEvent::Evicted ? met.evicted : met.expired);
  }
  ASSERT_EQ(told, deaths);
}

void behaves_like_the_reference(const Profile& profile, std::uint64_t seed, Met& met) {
  Random random(seed, "box", "reference");
  StatefulBox box(profile, {"box", seed, {kOutside}});
  ReferenceBox reference(profile);
  TimePoint now = kStart;
  for (int step = 0; step < 3000; ++step) {
    SCOPED_TRACE("seed " + std::to_string(seed) + ", step " + std::to_string(step));
    if (random.below(2) == 0)
      now += 500ms * static_cast<int>(random.below(random.below(40) == 0 ? 120 : 3));
    Packet packet;
    packet.payload = 1;
    const Endpoint remote{ipv4(203, 0, 113, 1), static_cast<std::uint16_t>(random.below(3))};
    const bool outbound = random.below(3) != 0;
    const Endpoint internal{ipv4(10, 0, 0, static_cast<std::uint8_t>(random.below(8))), 5000};
    const auto port = static_cast<std::uint16_t>(2000 + random.below(16));
    packet.set_source(outbound ? internal : remote);
    packet.set_destination(outbound ? remote : Endpoint{kOutside, port});
    const Side from = outbound ? Side::Internal : Side::External;
    if (random.below(2) == 0) box.foresee(from, packet);  // which is to change nothing
    Outbox out;
    std::vector<ReferenceBox::Death> deaths;
    const ReferenceBox::Answer expected = outbound
                                              ? reference.send_out(internal, remote, now, deaths)
                                              : reference.let_in(remote, port, now, deaths);
    const Verdict verdict = box.process(from, packet, now, out);
    ASSERT_EQ(static_cast<int>(verdict.handling), static_cast<int>(expected.handling));
    // That a flow has died under the key comes before any other reason.
    if (verdict.drop != DropReason::Expired) {
      ASSERT_EQ(verdict.drop, expected.drop);
    }
    if (verdict.forwarded()) {
      ASSERT_EQ(verdict.deadline, expected.deadline);
      ASSERT_EQ(outbound ? packet.source_port : port, expected.port);
    }
    ASSERT_NO_FATAL_FAILURE(compare_deaths(out, deaths, met));
    ASSERT_EQ(box.size(), reference.size());
    ASSERT_GT(box.next_deadline(), now);
    met.full += expected.drop == DropReason::TableFull ? 1 : 0;
    met.no_ports += expected.drop == DropReason::NoPorts ? 1 : 0;
  }
}

TEST(StatefulBox, BehavesLikeAMapWithOneTimerForEachFlow) {
  for (const WhenFull when_full :
       {WhenFull::Refuse, WhenFull::EvictOldest, WhenFull::EvictUnassured}) {
    Met met;
    for (std::uint64_t seed = 1; seed <= 6; ++seed) {
      const auto ports = static_cast<std::uint16_t>(seed % 2 == 0 ? 9 : 16);
      const Profile profile = narrow_nat(when_full, ports, seed % 3 != 0);
      ASSERT_NO_FATAL_FAILURE(behaves_like_the_reference(profile, seed, met));
    }
    EXPECT_GT(met.expired, 100);
    EXPECT_GT(met.no_ports, 100);
    EXPECT_EQ(met.full > 0, when_full != WhenFull::EvictOldest);
    EXPECT_EQ(met.evicted > 0, when_full != WhenFull::Refuse);
  }
}

}  // namespace
}  // namespace stayalive::testing
