// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <vector>

#include "base/paged_array.h"
#include "base/state_walk.h"
#include "middlebox/box_parts.h"
#include "middlebox/flow/direction_timers.h"
#include "middlebox/tracker/pf_tracker.h"
#include "net/side.h"

namespace stayalive {

// A packet's way through a box that is described by RFC 4787 and RFC 5382 behaviours: mapping,
// filtering, refresh, and what it does with strays.  The trackers Rfc, Idle and Pf go this way;
// without translation it is a firewall or a transparent load balancer.
class NatPath {
 public:
  // parts must outlive the path.
  explicit NatPath(BoxParts& parts) : parts_(parts) {}
  Verdict process(Side from, Packet& packet, TimePoint now, Outbox& out);
  void expire(TimePoint now, Outbox& out) {
    parts_.ending.reap(now, out);
    if (next_deadline() <= now) answer_held(now, out);
  }
  // Of what is not a flow.
  TimePoint next_deadline() const { return held_.empty() ? kNever : held_.front().until; }
  void flush() { held_.clear(); }
  void walk(StateWalk& walk);

 private:
  // A SYN from outside that waits for one from inside to meet it.
  struct HeldSyn {
    TimePoint until;
    Packet packet;
  };
  static constexpr std::size_t kHeld = 1024;

  Verdict error(Side from, Packet& packet);
  Verdict send_out(Packet& packet, TimePoint now, Outbox& out);
  Verdict let_in(Packet& packet, bool hairpinned, TimePoint now, Outbox& out);
  Verdict open_out(Packet& packet, TimePoint now, Outbox& out);
  Verdict open_in(Packet& packet, std::uint32_t mapping, TimePoint now, Outbox& out);
  Verdict follow(FlowTable::Match match, Side from, Packet& packet, TimePoint now, Outbox& out);
  Verdict stray_out(Packet& packet, Outbox& out);
  Verdict stray_in(Packet& packet, DropReason reason, TimePoint now, Outbox& out);
  TrackerDecision track(std::uint32_t slot, Side from, const Packet& packet, Outbox& out);
  std::uint32_t open(const Flow& begun, Side from, const Packet& packet, TimePoint now,
                     Outbox& out);
  Timeout begin(Flow& flow, Side from, const Packet& packet);
  bool choose_mapping(Flow& flow, TimePoint now);
  std::optional<Endpoint> overloaded_endpoint(const FlowKey& key);
  bool filter_admits(const Mapping& mapping, Endpoint remote) const;
  RefreshedBy rule_of(Protocol protocol) const;
  bool counts(const Flow& flow, Side from) const;
  TimePoint extend(std::uint32_t slot, const TrackerDecision& decision, Side from,
                   const Packet& packet, TimePoint now);
  bool shares_lease(Protocol protocol) const;
  bool hold(const Packet& packet, TimePoint now);
  // Unsolicited SYNs whose wait is over are answered (RFC 5382, REQ-4).
  void answer_held(TimePoint now, Outbox& out);
  void release_held(const FlowKey& inbound);

  BoxParts& parts_;
  PagedArray<PfTcp> pf_tcp_;  // by slot of the flow
  DirectionTimers directions_;
  std::vector<HeldSyn> held_;  // in order of time
};

}  // namespace stayalive
