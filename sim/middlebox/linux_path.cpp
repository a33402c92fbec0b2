// SPDX-License-Identifier: Apache-2.0
#include "middlebox/linux_path.h"

#include "middlebox/local_stack.h"
#include "middlebox/tracker/linux_udp_tracker.h"

namespace stayalive {

Verdict LinuxPath::error(Side from, Packet& packet) {
  const FlowTable::Match match = parts_.relate(packet);
  if (match.found()) {
    const bool local = parts_.flows[match.slot].local;
    return parts_.about(local ? Handling::Local : Handling::Passed, match.slot);
  }
  Verdict verdict = parts_.dropped(BoxParts::related_key(packet), DropReason::NoMapping);
  const bool own = parts_.mappings.own_address(packet.destination_address);
  if (own || !forward_allows(TrackingState::Invalid, from, packet)) return verdict;
  verdict = {};
  verdict.handling = Handling::Leaked;
  return verdict;
}

void LinuxPath::walk(StateWalk& walk) {
  if (parts_.profile.tracker != TrackerKind::Linux) return;
  icmp_limit_.walk(walk);
  parts_.flows.for_each([&](std::uint32_t slot) {
    const Flow& flow = parts_.flows[slot];
    if (flow.protocol == Protocol::Tcp && !flow.dead) tcp_[slot].walk(walk);
  });
}

inline bool LinuxPath::forward_allows(TrackingState state, Side from, const Packet& packet) const {
  return stayalive::forward_allows(parts_.profile.netfilter.forward, state, from,
                                   packet.protocol != Protocol::Tcp || opens_connection(packet));
}

// What becomes of a packet that tracking has accepted; verdict is what has come of that.
inline Verdict LinuxPath::pass(Flow& flow, bool inbound, Verdict verdict, Side from, Packet& packet,
                               TimePoint now, Outbox& out) {
  const bool original = flow.from_opener(inbound ? Side::External : Side::Internal);
  if (!original) flow.answered = true;
  const TrackingState state =
      original && !flow.answered ? TrackingState::New : TrackingState::Established;
  if (flow.local) {
    verdict.handling = Handling::Local;
    answer(from, packet, now, out);
  } else if (!forward_allows(state, from, packet)) {
    verdict.handling = Handling::Dropped;
    verdict.drop = DropReason::Policy;
  } else {
    BoxParts::translate(flow, inbound, packet);
  }
  return verdict;
}

inline Verdict LinuxPath::datagram(FlowTable::Match match, Side from, Packet& packet, TimePoint now,
                                   Outbox& out) {
  Flow& flow = parts_.flows[match.slot];
  const Timeout timer = track_linux_udp(flow, now, parts_.flows.tick()).timer;
  const TimePoint deadline =
      parts_.ending.extend_own(match.slot, timer, now, from, packet.notes.kind);
  return pass(flow, match.inbound, parts_.about(Handling::Refreshed, flow, deadline), from, packet,
              now, out);
}

Verdict LinuxPath::segment(FlowTable::Match match, Side from, Packet& packet, TimePoint now,
                           Outbox& out) {
  FlowTable& flows = parts_.flows;
  const std::uint32_t slot = match.slot;
  if (parts_.ending.takes_answer(slot, match.sender(), packet, now)) {
    BoxParts::translate(flows[slot], match.inbound, packet);
    return parts_.about(Handling::Consumed, slot);
  }
  const bool original = flows[slot].from_opener(match.sender());
  const TrackerDecision decision = tcp_[slot].track(packet, original, flows[slot], parts_.profile);
  if (decision.fate == Fate::Reopen) {
    parts_.ending.close(slot, now, out);
    return fresh(from, packet, now, out);
  }
  if (decision.fate == Fate::Invalid) {
    constexpr Duration kWorthShortening = 120s;
    if (decision.out_of_step && flows.lease(flows[slot]).deadline - now >= kWorthShortening) {
      flows.shorten(slot, Timeout::TcpUnacknowledged, now);
    }
    return invalid(from, packet, slot, now, out);
  }
  parts_.ending.follow(slot, from, packet);
  Flow& flow = flows[slot];
  const bool extends = decision.fate == Fate::Extend;
  const TimePoint deadline =
      extends ? parts_.ending.extend_own(slot, decision.timer, now, from, packet.notes.kind)
              : flows.deadline(flow);
  const Handling handling = extends ? Handling::Refreshed : Handling::Passed;
  const Verdict verdict =
      pass(flow, match.inbound, parts_.about(handling, flow, deadline), from, packet, now, out);
  if (decision.fate == Fate::Close) parts_.ending.close(slot, now, out);
  return verdict;
}

Verdict LinuxPath::process(Side from, Packet& packet, TimePoint now, Outbox& out) {
  expire(now, out);
  if (packet.protocol == Protocol::Icmp) return error(from, packet);
  const FlowTable::Match match = parts_.flows.find(key_of(packet));
  if (!match.found()) return fresh(from, packet, now, out);
  return packet.protocol == Protocol::Udp ? datagram(match, from, packet, now, out)
                                          : segment(match, from, packet, now, out);
}

Verdict LinuxPath::fresh(Side from, Packet& packet, TimePoint now, Outbox& out) {
  const FlowKey key = key_of(packet);
  std::optional<LinuxTcp> begun;
  if (packet.protocol == Protocol::Tcp) {
    begun = LinuxTcp::begin(packet, parts_.profile.netfilter);
    if (!begun) return invalid(from, packet, kNoHandle, now, out);
  }
  const LinuxTcp* tracking = begun ? &*begun : nullptr;
  // The table is asked before any rule, so a packet that is dropped later may have evicted a flow.
  if (!parts_.ending.make_room(key, now, out)) return parts_.dropped(key, DropReason::TableFull);
  if (parts_.mappings.own_address(packet.destination_address)) {
    return for_own_stack(from, packet, tracking, now, out);
  }
  if (!forward_allows(TrackingState::New, from, packet)) {
    return parts_.dropped(key, from == Side::External ? DropReason::NoMapping : DropReason::Policy);
  }
  const bool inside_out = from == Side::Internal;
  const Endpoint internal = inside_out ? key.source : key.destination;
  Endpoint mapped = internal;
  const bool translates = inside_out && parts_.profile.translate;
  if (translates) {
    const std::optional<Endpoint> external =
        external_endpoint(key, opens_connection(packet) ? tracking : nullptr, now, out);
    if (!external) return parts_.dropped(key, DropReason::NoPorts);
    mapped = *external;
  }
  Flow flow =
      Flow::between(key.protocol, internal, mapped, inside_out ? key.destination : key.source);
  flow.grouped = translates;
  // The answers would be taken for packets of another flow.  A real router would give the remote
  // end another port, which it does not expect; here the packet is dropped.
  const FlowKey answers = inside_out ? flow.inbound() : flow.outbound();
  if (parts_.flows.find(answers).found()) return parts_.dropped(key, DropReason::NoPorts);
  const std::uint32_t slot = open(flow, from, packet, tracking, now, out);
  BoxParts::translate(parts_.flows[slot], from == Side::External, packet);
  return parts_.about(parts_.flows[slot].picked_up ? Handling::PickedUp : Handling::Opened, slot);
}

std::uint32_t LinuxPath::open(const Flow& begun, Side from, const Packet& packet,
                              const LinuxTcp* tracking, TimePoint now, Outbox& out) {
  Flow flow = begun;
  flow.opened_from = from;
  flow.connection = packet.notes.connection;
  Timeout timer = Timeout::UdpSingle;
  std::optional<LinuxTcp> tcp;
  if (tracking != nullptr) {
    tcp = *tracking;
    timer = tcp->track(packet, true, flow, parts_.profile).timer;
    flow.picked_up = !opens_connection(packet);
  }
  const std::uint32_t slot = parts_.open(flow, {timer, from, packet.notes.kind}, packet, now, out);
  if (tcp) tcp_.make(slot) = *tcp;
  return slot;
}

// What the box's own stack says to the packet.
void LinuxPath::answer(Side from, const Packet& packet, TimePoint now, Outbox& out) {
  const std::optional<Packet> answer = answer_of_local_stack(packet);
  if (!answer) return;
  if (answer->protocol == Protocol::Icmp && !icmp_limit_.allows(*answer, now)) return;
  out.packets.push_back({from, *answer});
}

// A packet that tracking refuses.  slot is the live flow whose key it has, if any.
Verdict LinuxPath::invalid(Side from, const Packet& packet, std::uint32_t slot, TimePoint now,
                           Outbox& out) {
  const bool live = slot != kNoHandle;
  Verdict verdict = live ? parts_.about(Handling::Dropped, slot) : Verdict{};
  if (parts_.mappings.own_address(packet.destination_address)) {
    const InputPolicy input = parts_.profile.netfilter.input;
    if (input == InputPolicy::Accept || input == InputPolicy::Reject) {
      verdict.handling = Handling::Local;
      answer(from, packet, now, out);
      return verdict;
    }
  } else if (forward_allows(TrackingState::Invalid, from, packet)) {
    verdict.handling = Handling::Leaked;
    return verdict;
  }
  verdict.drop = DropReason::BadState;
  if (live) return verdict;
  return parts_.dropped(key_of(packet),
                        from == Side::External ? DropReason::NoMapping : DropReason::BadState);
}

// The first packet of a flow to the box itself.  An entry is made when INPUT lets the packet reach
// the end of its way.  To TCP the stack answers with a RST, which ends the entry at once; the entry
// of a UDP packet stays, and keeps the port from the inside host that had it before.
Verdict LinuxPath::for_own_stack(Side from, const Packet& packet, const LinuxTcp* tracking,
                                 TimePoint now, Outbox& out) {
  const InputPolicy input = parts_.profile.netfilter.input;
  if (input == InputPolicy::Drop) {
    return parts_.dropped(key_of(packet), DropReason::NoMapping);
  }
  Verdict verdict;
  verdict.handling = Handling::Local;
  if (input != InputPolicy::Reject) {
    const bool inside_out = from == Side::Internal;
    const Endpoint own = inside_out ? packet.source() : packet.destination();
    Flow flow = Flow::between(packet.protocol, own, own,
                              inside_out ? packet.destination() : packet.source());
    flow.local = true;
    const std::uint32_t slot = open(flow, from, packet, tracking, now, out);
    verdict = parts_.about(Handling::Local, slot);
    if (tracking != nullptr) parts_.ending.close(slot, now, out);
  }
  answer(from, packet, now, out);
  return verdict;
}

// Whether the flow with this inbound key has made way for a new connection
// (nf_nat_used_tuple_harder).
bool LinuxPath::take_over(const FlowKey& answers, const LinuxTcp& newcomer, TimePoint now,
                          Outbox& out) {
  const FlowTable::Match match = parts_.flows.find(answers);
  if (!match.found() || !match.inbound) return false;
  const Flow& flow = parts_.flows[match.slot];
  const bool translated = flow.from_opener(Side::Internal) && flow.mapped() != flow.internal();
  if (!translated || !tcp_[match.slot].gives_way_to(newcomer)) return false;
  parts_.ending.make_way(match.slot, now, out);
  return true;
}

// net/netfilter/nf_nat_core.c: the endpoint that another flow of the same internal endpoint has,
// then the internal port, then a search; each only where the reply would not be mistaken for one of
// another flow.  At the end of a search a SYN may drive out a connection that is over.
std::optional<Endpoint> LinuxPath::external_endpoint(const FlowKey& key, const LinuxTcp* tracking,
                                                     TimePoint now, Outbox& out) {
  MappingTable& mappings = parts_.mappings;
  const AddressId address = mappings.pool_address(key.source.address, key.destination.address);
  const auto unused = [&](Endpoint external) {
    return !parts_.flows.find({key.destination, external, key.protocol}).found();
  };
  if (parts_.profile.ports.preserve) {
    const std::uint32_t newest = parts_.flows.newest_of(key.protocol, key.source);
    if (newest != kNoHandle) {
      const Endpoint known = parts_.flows[newest].mapped();
      const bool current = mappings.own_address(known.address);
      if (current && mappings.ports().linux_may_keep(known.port) && unused(known)) return known;
    }
    const Endpoint same{address, key.source.port};
    if (mappings.ports().linux_may_keep(same.port) && unused(same)) return same;
  }
  const auto port = mappings.ports().pick_like_linux(
      key.source.port,
      [&](std::uint16_t candidate, std::uint32_t left) {
        constexpr std::uint32_t kLastTries = 32;  // NF_NAT_HARDER_THRESH
        const Endpoint external{address, candidate};
        if (unused(external)) return true;
        return left <= kLastTries && tracking != nullptr &&
               take_over({key.destination, external, key.protocol}, *tracking, now, out);
      },
      [&](std::uint16_t candidate) {
        parts_.flows.foresee_at_once({key.destination, {address, candidate}, key.protocol});
      });
  if (!port) return std::nullopt;
  return Endpoint{address, *port};
}

}  // namespace stayalive
