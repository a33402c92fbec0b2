// SPDX-License-Identifier: Apache-2.0
#include "middlebox/nat_path.h"

#include <algorithm>

#include "middlebox/ending/stray_answer.h"
#include "middlebox/tracker/idle_tracker.h"
#include "middlebox/tracker/rfc_tracker.h"

namespace stayalive {

Verdict NatPath::process(Side from, Packet& packet, TimePoint now, Outbox& out) {
  expire(now, out);
  if (packet.protocol == Protocol::Icmp) return error(from, packet);
  if (from == Side::External) return let_in(packet, false, now, out);
  if (!parts_.mappings.own_address(packet.destination_address)) return send_out(packet, now, out);
  if (!parts_.profile.hairpinning) {
    Verdict verdict;
    verdict.drop = DropReason::Policy;
    return verdict;
  }
  // The packet takes both ways: the receiver sees the sender's external endpoint (RFC 4787, REQ-9).
  const Verdict way_out = send_out(packet, now, out);
  if (!way_out.forwarded() || way_out.handling == Handling::Leaked) return way_out;
  Verdict verdict = let_in(packet, true, now, out);
  verdict.hairpinned = verdict.forwarded();
  return verdict;
}

Verdict NatPath::error(Side from, Packet& packet) {
  FlowTable::Match match = parts_.relate(packet);
  if (!match.found()) {
    return parts_.dropped(BoxParts::related_key(packet), DropReason::NoMapping);
  }
  Verdict verdict = parts_.about(Handling::Passed, match.slot);
  const bool back_inside =
      from == Side::Internal && parts_.mappings.own_address(packet.destination_address);
  if (!back_inside) return verdict;
  match = parts_.relate(packet);
  if (!match.found()) return parts_.dropped(BoxParts::related_key(packet), DropReason::NoMapping);
  verdict.hairpinned = true;
  return verdict;
}

Verdict NatPath::send_out(Packet& packet, TimePoint now, Outbox& out) {
  const FlowTable::Match match = parts_.flows.find(key_of(packet));
  if (!match.found()) return open_out(packet, now, out);
  if (!match.inbound) return follow(match, Side::Internal, packet, now, out);
  return parts_.dropped(key_of(packet), DropReason::Policy);  // a forged source
}

Verdict NatPath::let_in(Packet& packet, bool hairpinned, TimePoint now, Outbox& out) {
  const FlowKey key = key_of(packet);
  const FlowTable::Match match = parts_.flows.find(key);
  if (match.found() && match.inbound) return follow(match, Side::External, packet, now, out);
  if (match.found()) return parts_.dropped(key, DropReason::Policy);  // a forged source
  const std::uint32_t mapping = parts_.mappings.find_external(key.protocol, key.destination);
  const bool opens = packet.protocol != Protocol::Tcp || opens_connection(packet);
  DropReason reason = DropReason::NoMapping;
  if (mapping != kNoHandle) {
    const bool admitted = filter_admits(parts_.mappings[mapping], key.source);
    reason = admitted ? DropReason::BadState : DropReason::Filtered;
    if (admitted && opens) return open_in(packet, mapping, now, out);
  }
  const bool admits_strays =
      parts_.profile.stray_external == StrayExternal::Admit && !parts_.profile.translate;
  if (admits_strays && !packet.has(tcp_flag::kRst)) return open_in(packet, mapping, now, out);
  if (hairpinned) return parts_.dropped(key, reason);
  return stray_in(packet, reason, now, out);
}

// Carries out what the tracker decides about a packet of a live flow.
Verdict NatPath::follow(FlowTable::Match match, Side from, Packet& packet, TimePoint now,
                        Outbox& out) {
  FlowTable& flows = parts_.flows;
  const std::uint32_t slot = match.slot;
  if (parts_.ending.takes_answer(slot, from, packet, now)) {
    BoxParts::translate(flows[slot], match.inbound, packet);
    return parts_.about(Handling::Consumed, slot);
  }
  const TrackerDecision decision = track(slot, from, packet, out);
  if (decision.fate == Fate::Invalid || decision.fate == Fate::Discard) {
    Verdict verdict = parts_.about(Handling::Dropped, slot);
    verdict.drop = DropReason::BadState;
    if (decision.fate == Fate::Discard) parts_.ending.close(slot, now, out);
    return verdict;
  }
  if (decision.fate == Fate::Reopen) {
    parts_.ending.close(slot, now, out);
    return open_out(packet, now, out);
  }
  parts_.ending.follow(slot, from, packet);
  Flow& flow = flows[slot];
  const TimePoint refreshed =
      decision.fate == Fate::Extend ? extend(slot, decision, from, packet, now) : kNever;
  const bool extends = refreshed != kNever;
  const Handling handling = extends ? Handling::Refreshed : Handling::Passed;
  const Verdict verdict = parts_.about(handling, flow, extends ? refreshed : flows.deadline(flow));
  BoxParts::translate(flow, match.inbound, packet);
  if (decision.fate == Fate::Close) parts_.ending.close(slot, now, out);
  return verdict;
}

TrackerDecision NatPath::track(std::uint32_t slot, Side from, const Packet& packet, Outbox& out) {
  Flow& flow = parts_.flows[slot];
  const TimeoutTable& spans = parts_.profile.timeouts;
  const bool tcp = packet.protocol == Protocol::Tcp;
  if (!flow.from_opener(from)) flow.answered = true;
  if (parts_.profile.tracker == TrackerKind::Pf) {
    if (!tcp) {
      flow.assured = flow.answered;
      return track_pf_udp(flow, from);
    }
    std::optional<Packet> answer;
    const TrackerDecision decision = pf_tcp_[slot].track(packet, from, answer);
    flow.assured = flow.assured || pf_tcp_[slot].established();
    if (answer) out.packets.push_back({from, *answer});
    return decision;
  }
  if (!tcp) {
    flow.assured = flow.answered;
    if (flow.mapping == kNoHandle) return {Fate::Extend, udp_timer(flow.answered, spans)};
    Mapping& mapping = parts_.mappings[flow.mapping];
    if (from == Side::External) mapping.answered = true;
    const bool answered = mapping.shared ? mapping.answered : flow.answered;
    return {Fate::Extend, udp_timer(answered, spans)};
  }
  return parts_.profile.tracker == TrackerKind::Rfc ? track_rfc_tcp(flow, from, packet, spans)
                                                    : track_idle_tcp(flow, from, packet, spans);
}

// Starts tracking with the first packet; the timer that it starts.
Timeout NatPath::begin(Flow& flow, Side from, const Packet& packet) {
  const TimeoutTable& spans = parts_.profile.timeouts;
  const bool tcp = packet.protocol == Protocol::Tcp;
  switch (parts_.profile.tracker) {
    case TrackerKind::Pf:
      if (tcp) return Timeout::TcpFirst;
      begin_pf_udp(flow, from);
      return Timeout::UdpFirst;
    case TrackerKind::Rfc:
      if (tcp) return begin_rfc_tcp(flow, from, packet, spans);
      break;
    default:
      if (tcp) return begin_idle_tcp(flow, from, packet, spans);
      break;
  }
  if (flow.mapping == kNoHandle || !parts_.mappings[flow.mapping].shared) {
    return Timeout::UdpSingle;
  }
  Mapping& mapping = parts_.mappings[flow.mapping];
  if (from == Side::External) mapping.answered = true;
  return udp_timer(mapping.answered, spans);
}

std::uint32_t NatPath::open(const Flow& begun, Side from, const Packet& packet, TimePoint now,
                            Outbox& out) {
  Flow flow = begun;
  flow.opened_from = from;
  flow.connection = packet.notes.connection;
  flow.picked_up = packet.protocol == Protocol::Tcp && !opens_connection(packet);
  const Timeout timer = begin(flow, from, packet);
  const bool shared = flow.mapping != kNoHandle && parts_.mappings[flow.mapping].shared;
  const bool running = shared && parts_.mappings[flow.mapping].deadline != kNever;
  const bool inherits = running && !counts(flow, from);
  const std::uint32_t slot =
      parts_.open(flow, {timer, from, packet.notes.kind, inherits}, packet, now, out);
  if (parts_.profile.tracker == TrackerKind::Pf && packet.protocol == Protocol::Tcp) {
    pf_tcp_.make(slot) = PfTcp::begin(packet, from);
  }
  if (rule_of(packet.protocol) == RefreshedBy::Each) {
    directions_.begin(slot, {now, from, packet.notes.kind});
  }
  return slot;
}

Verdict NatPath::open_out(Packet& packet, TimePoint now, Outbox& out) {
  const FlowKey key = key_of(packet);
  const bool tcp = packet.protocol == Protocol::Tcp;
  if (tcp && !opens_connection(packet)) {
    const bool may_pick_up = parts_.profile.stray_internal == StrayInternal::PickUp;
    if (!may_pick_up || packet.has(tcp_flag::kRst)) return stray_out(packet, out);
  }
  if (!parts_.ending.make_room(key, now, out)) return parts_.dropped(key, DropReason::TableFull);
  Flow flow = Flow::between(key.protocol, key.source, key.source, key.destination);
  if (!choose_mapping(flow, now)) return parts_.dropped(key, DropReason::NoPorts);
  if (tcp) release_held(flow.inbound());
  const std::uint32_t slot = open(flow, Side::Internal, packet, now, out);
  BoxParts::translate(parts_.flows[slot], false, packet);
  return parts_.about(parts_.flows[slot].picked_up ? Handling::PickedUp : Handling::Opened, slot);
}

Verdict NatPath::open_in(Packet& packet, std::uint32_t mapping, TimePoint now, Outbox& out) {
  const FlowKey key = key_of(packet);
  const Endpoint internal =
      mapping != kNoHandle ? parts_.mappings[mapping].key.source : key.destination;
  Flow flow = Flow::between(key.protocol, internal, key.destination, key.source);
  // The inside host already reaches this remote endpoint through another external port.
  if (parts_.flows.find(flow.outbound()).found()) return parts_.dropped(key, DropReason::Filtered);
  // Making room must not end the mapping that is about to be used.
  if (mapping != kNoHandle) ++parts_.mappings[mapping].flows;
  const bool room = parts_.ending.make_room(key, now, out);
  if (mapping != kNoHandle) {
    --parts_.mappings[mapping].flows;
    if (!room) parts_.mappings.end_if_unused(mapping, now);
  }
  if (!room) return parts_.dropped(key, DropReason::TableFull);
  if (mapping == kNoHandle) {
    mapping = parts_.mappings.open(key.protocol, key.destination, key.source,
                                   shares_lease(key.protocol), now);
  }
  flow.mapping = mapping;
  const std::uint32_t slot = open(flow, Side::External, packet, now, out);
  BoxParts::translate(parts_.flows[slot], true, packet);
  return parts_.about(parts_.flows[slot].picked_up ? Handling::PickedUp : Handling::Opened, slot);
}

// Fills in the mapping and the external endpoint; false when there are no ports left.
bool NatPath::choose_mapping(Flow& flow, TimePoint now) {
  MappingTable& mappings = parts_.mappings;
  const FlowKey key = flow.outbound();
  if (parts_.profile.translate && parts_.profile.ports.overload) {
    const std::optional<Endpoint> external = overloaded_endpoint(key);
    if (!external) return false;
    flow.set_mapped(*external);
    flow.grouped = true;
    return true;
  }
  flow.mapping = mappings.find(key.protocol, key.source, key.destination);
  if (flow.mapping == kNoHandle) {
    flow.mapping =
        mappings.open(key.protocol, key.source, key.destination, shares_lease(key.protocol), now);
    if (flow.mapping == kNoHandle) return false;
  }
  flow.set_mapped(mappings[flow.mapping].external);
  return true;
}

// An external endpoint that may serve others, too, as long as their remote endpoints differ; the
// one that this internal endpoint already has, where that is possible.
std::optional<Endpoint> NatPath::overloaded_endpoint(const FlowKey& key) {
  MappingTable& mappings = parts_.mappings;
  const auto unused = [&](Endpoint external) {
    return !parts_.flows.find({key.destination, external, key.protocol}).found();
  };
  const std::uint32_t newest = parts_.flows.newest_of(key.protocol, key.source);
  const bool keeps = parts_.profile.mapping != Dependence::AddressAndPortDependent;
  if (keeps && newest != kNoHandle) {
    const Endpoint known = parts_.flows[newest].mapped();
    if (mappings.own_address(known.address) && unused(known)) return known;
  }
  const AddressId address = mappings.pool_address(key.source.address, key.destination.address);
  const auto port = mappings.ports().pick(key.source.port, [&](std::uint16_t candidate) {
    return unused({address, candidate});
  });
  if (!port) return std::nullopt;
  return Endpoint{address, *port};
}

Verdict NatPath::stray_out(Packet& packet, Outbox& out) {
  Verdict verdict = parts_.dropped(key_of(packet), DropReason::BadState);
  if (parts_.profile.stray_internal == StrayInternal::Leak) {
    verdict = {};
    verdict.handling = Handling::Leaked;
  } else if (const auto answer = answer_to_stray(parts_.profile, Side::Internal, packet)) {
    out.packets.push_back({Side::Internal, *answer});
  }
  return verdict;
}

Verdict NatPath::stray_in(Packet& packet, DropReason reason, TimePoint now, Outbox& out) {
  const Verdict verdict = parts_.dropped(key_of(packet), reason);
  if (hold(packet, now)) return verdict;
  if (const auto answer = answer_to_stray(parts_.profile, Side::External, packet)) {
    out.packets.push_back({Side::External, *answer});
  }
  return verdict;
}

// Whether the packet is an unsolicited SYN that waits, silently, for one from inside.  When
// kHeld of them wait, further ones are dropped without an answer.
bool NatPath::hold(const Packet& packet, TimePoint now) {
  const Duration span = parts_.profile.timeouts[Timeout::TcpIncomingSyn];
  const bool syn = packet.protocol == Protocol::Tcp && opens_connection(packet);
  if (!syn || span == Duration::zero()) return false;
  const FlowKey key = key_of(packet);
  const bool known = std::any_of(held_.begin(), held_.end(),
                                 [&](const HeldSyn& held) { return key_of(held.packet) == key; });
  if (!known && held_.size() < kHeld) held_.push_back({later(now, span), packet});
  return true;
}

void NatPath::release_held(const FlowKey& inbound) {
  std::erase_if(held_, [&](const HeldSyn& held) { return key_of(held.packet) == inbound; });
}

void NatPath::answer_held(TimePoint now, Outbox& out) {
  std::size_t due = 0;
  while (due < held_.size() && held_[due].until <= now) {
    const Packet& syn = held_[due].packet;
    const bool reset = parts_.profile.stray_external == StrayExternal::Reset;
    const auto answer =
        reset ? reset_for(syn)
              : std::optional<Packet>(icmp_error(syn.destination_address, Unreachable::Port, syn));
    if (answer) out.packets.push_back({Side::External, *answer});
    ++due;
  }
  held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(due));
}

bool NatPath::filter_admits(const Mapping& mapping, Endpoint remote) const {
  switch (parts_.profile.filtering) {
    case Dependence::EndpointIndependent:
      return true;
    case Dependence::AddressDependent:
      for (std::uint32_t i = mapping.first; i != kNoHandle; i = parts_.flows[i].next) {
        if (parts_.flows[i].remote().address == remote.address) return true;
      }
      break;
    case Dependence::AddressAndPortDependent:
      break;
  }
  return false;
}

RefreshedBy NatPath::rule_of(Protocol protocol) const {
  if (parts_.profile.tracker == TrackerKind::Pf) return RefreshedBy::Either;
  const Refresh& refresh = parts_.profile.refresh;
  return protocol == Protocol::Tcp ? refresh.tcp : refresh.udp;
}

// Whether a packet of the flow from this side counts for its life.
bool NatPath::counts(const Flow& flow, Side from) const {
  switch (rule_of(flow.protocol)) {
    case RefreshedBy::Either:
    case RefreshedBy::Each:
      return true;
    case RefreshedBy::Outbound:
      return from == Side::Internal;
    case RefreshedBy::Inbound:
      return from == Side::External;
    case RefreshedBy::Opener:
      return flow.from_opener(from);
    case RefreshedBy::Nothing:
      return false;
  }
  return true;
}

// Extends the flow's life as far as the packet counts; its new deadline, kNever when nothing has
// changed.  A change of the connection's state starts the timer whichever side the packet is from.
// Where each direction has a timer, a change of timer starts both anew.
TimePoint NatPath::extend(std::uint32_t slot, const TrackerDecision& decision, Side from,
                          const Packet& packet, TimePoint now) {
  FlowEnding& ending = parts_.ending;
  const Flow& flow = parts_.flows[slot];
  const PacketKind kind = packet.notes.kind;
  const bool each = rule_of(flow.protocol) == RefreshedBy::Each;
  const bool anew = decision.transition || (each && decision.timer != flow.timer);
  if (each && !anew) {
    const DirectionTimers::Heard heard{now, from, kind};
    const DirectionTimers::Heard& since = directions_.hear(slot, heard);
    if (since.at <= flow.refreshed_at) return kNever;
    return ending.extend_since(slot, decision.timer, since, heard);
  }
  if (!anew && !counts(flow, from)) return kNever;
  if (each) directions_.begin(slot, {now, from, kind});
  return ending.extend(slot, decision.timer, now, from, kind);
}

// RFC 4787 times a UDP mapping, not each flow through it; with overloading there are no mappings.
// Where each direction has a timer, these are those of a flow.
bool NatPath::shares_lease(Protocol protocol) const {
  const bool overloads = parts_.profile.translate && parts_.profile.ports.overload;
  return parts_.profile.tracker == TrackerKind::Rfc && protocol == Protocol::Udp && !overloads &&
         parts_.profile.refresh.udp != RefreshedBy::Each;
}

void NatPath::walk(StateWalk& walk) {
  walk.still(held_.size());
  for (HeldSyn& held : held_) {
    walk.instant(held.until);
    stayalive::walk(walk, held.packet);
  }
  const bool pf = parts_.profile.tracker == TrackerKind::Pf;
  const bool each =
      rule_of(Protocol::Tcp) == RefreshedBy::Each || rule_of(Protocol::Udp) == RefreshedBy::Each;
  if (!pf && !each) return;
  parts_.flows.for_each([&](std::uint32_t slot) {
    const Flow& flow = parts_.flows[slot];
    if (flow.dead) return;
    if (pf && flow.protocol == Protocol::Tcp) pf_tcp_[slot].walk(walk);
    if (rule_of(flow.protocol) == RefreshedBy::Each) {
      directions_.walk(walk, slot, parts_.profile.timeouts[flow.timer]);
    }
  });
}

}  // namespace stayalive
