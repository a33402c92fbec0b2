// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>

#include "base/paged_array.h"
#include "base/state_walk.h"
#include "middlebox/box_parts.h"
#include "middlebox/stray_passage.h"
#include "middlebox/tracker/linux_tcp_tracker.h"
#include "net/icmp_limit.h"
#include "net/side.h"

namespace stayalive {

// A packet's way through a Linux router: connection tracking, masquerading, then the FORWARD chain
// or, for packets to the router's own addresses, the INPUT chain and the router's own stack.  What
// tracking calls invalid belongs to no flow and is not translated in either direction: outbound it
// leaks with its private source, inbound it is for the router itself.
class LinuxPath {
 public:
  // parts must outlive the path.
  explicit LinuxPath(BoxParts& parts) : parts_(parts) {}
  Verdict process(Side from, Packet& packet, TimePoint now, Outbox& out);
  void expire(TimePoint now, Outbox& out) { parts_.ending.reap(now, out); }
  void walk(StateWalk& walk);

 private:
  Verdict error(Side from, Packet& packet);
  // A packet of a live flow.
  Verdict datagram(FlowTable::Match match, Side from, Packet& packet, TimePoint now, Outbox& out);
  Verdict segment(FlowTable::Match match, Side from, Packet& packet, TimePoint now, Outbox& out);
  Verdict pass(Flow& flow, bool inbound, Verdict verdict, Side from, Packet& packet, TimePoint now,
               Outbox& out);
  Verdict fresh(Side from, Packet& packet, TimePoint now, Outbox& out);
  Verdict invalid(Side from, const Packet& packet, std::uint32_t slot, TimePoint now, Outbox& out);
  Verdict for_own_stack(Side from, const Packet& packet, const LinuxTcp* tracking, TimePoint now,
                        Outbox& out);
  std::uint32_t open(const Flow& begun, Side from, const Packet& packet, const LinuxTcp* tracking,
                     TimePoint now, Outbox& out);
  bool forward_allows(TrackingState state, Side from, const Packet& packet) const;
  std::optional<Endpoint> external_endpoint(const FlowKey& key, const LinuxTcp* tracking,
                                            TimePoint now, Outbox& out);
  void answer(Side from, const Packet& packet, TimePoint now, Outbox& out);
  bool take_over(const FlowKey& answers, const LinuxTcp& newcomer, TimePoint now, Outbox& out);

  BoxParts& parts_;
  IcmpLimit icmp_limit_;
  PagedArray<LinuxTcp> tcp_;  // by slot of the flow
};

}  // namespace stayalive
