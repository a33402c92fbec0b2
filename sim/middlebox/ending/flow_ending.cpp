// SPDX-License-Identifier: Apache-2.0
#include "middlebox/ending/flow_ending.h"

#include "middlebox/flow/flow_note.h"

namespace stayalive {

FlowEnding::FlowEnding(const Profile& profile, const CallBooks& books, MappingTable& mappings,
                       FlowTable& flows)
    : profile_(profile),
      mappings_(mappings),
      flows_(flows),
      eviction_(profile, flows),
      purge_(profile, flows),
      detection_(profile, flows, sequences_),
      calls_(profile, books),
      follows_sequences_(profile.on_expiry == ExpiryAction::ResetBoth || detection_.on()) {}

void FlowEnding::opened(std::uint32_t slot, Side from, const Packet& packet, TimePoint now) {
  purge_.opened(now);
  eviction_.opened(slot);
  calls_.opened(flows_[slot].connection);
  if (!follows_sequences_) return;
  sequences_.begin(slot);
  follow(slot, from, packet);
}

// Whether both ends hold the connection open, as far as the box has seen, and so can be told of
// its end or asked about it.  Half-closed and half-open connections end silently.
bool FlowEnding::both_ends_hold(const Flow& flow) const {
  const Timeout timer = flows_.lease(flow).timer;
  const bool established = timer == Timeout::TcpEstablished || timer == Timeout::TcpMaxRetrans ||
                           timer == Timeout::TcpUnacknowledged;
  return flow.protocol == Protocol::Tcp && flow.assured && established;
}

void FlowEnding::end(std::uint32_t slot, FlowEvent event, TimePoint now, Outbox& out) {
  const Flow& flow = flows_[slot];
  out.notes.push_back(note_of(event, now, flow, flows_.lease(flow)));
  // A mapping outlives its flows by its lease only where they have run out by themselves.
  const std::uint32_t mapping = flow.mapping;
  if (mapping != kNoHandle && mappings_[mapping].flows == 1) mappings_[mapping].deadline = now;
  if (detection_.on()) detection_.ended(flow.serial);
  flows_.remove(slot, now);
}

void FlowEnding::expire(std::uint32_t slot, TimePoint at, Duration timeout, Outbox& out) {
  const Flow& flow = flows_[slot];
  FlowNote note = note_of(FlowEvent::Expired, at, flow, flows_.lease(flow));
  note.timeout = timeout;
  out.notes.push_back(note);
  if (profile_.on_expiry == ExpiryAction::ResetBoth && both_ends_hold(flow)) {
    for (const Side side : {Side::Internal, Side::External}) {
      out.packets.push_back({side, sequences_.reset_to(slot, flow, side)});
    }
  }
  if (detection_.on()) detection_.ended(flow.serial);
  flows_.remove_expired(slot, note.timer, at);
}

void FlowEnding::end_due(TimePoint now, Outbox& out) {
  while (next_deadline() <= now) {
    const bool purges = purge_.next() != kNever && purge_.next() <= now;
    expire_until(purges ? purge_.next() - 1ns : now, out);
    if (!purges) break;
    purge(out);
  }
}

void FlowEnding::expire_until(TimePoint limit, Outbox& out) {
  while (const auto due = flows_.take_due(limit)) {
    const Flow& flow = flows_[due->slot];
    const bool asks = detection_.on() && both_ends_hold(flow);
    if (asks && detection_.probes(due->slot, due->at, out)) continue;
    expire(due->slot, due->at, flows_.lease(flow).timeout, out);
  }
}

// The count falls as flows go, so those that are looked at later live longer.
void FlowEnding::purge(Outbox& out) {
  const TimePoint at = purge_.next();
  for (const std::uint32_t slot : flows_.by_age()) {
    const Lease last = flows_.lease(flows_[slot]);
    const Duration timeout = purge_.scaled(last.timeout);
    if (later(last.refreshed_at, timeout) <= at) expire(slot, at, timeout, out);
  }
  purge_.purged();
}

bool FlowEnding::make_room(const FlowKey& newcomer, TimePoint now, Outbox& out) {
  if (flows_.size() < profile_.capacity) return true;
  const std::vector<std::uint32_t> victims = eviction_.take_victims(newcomer);
  for (const std::uint32_t victim : victims) end(victim, FlowEvent::Evicted, now, out);
  return !victims.empty();
}

void FlowEnding::flush(TimePoint now, Outbox& out) {
  for (const std::uint32_t slot : flows_.by_age()) {
    const Flow& flow = flows_[slot];
    out.notes.push_back(note_of(FlowEvent::Flushed, now, flow, flows_.lease(flow)));
  }
  flows_.clear();
  eviction_.clear();
  purge_.clear();
  detection_.clear();
  mappings_.flush();
}

bool FlowEnding::hears_answer(std::uint32_t slot, Side from, const Packet& packet, TimePoint now) {
  const std::optional<CloseCall> call = call_of(slot, now, from, packet.notes.kind);
  const bool taken = detection_.takes_answer(slot, from, packet, now);
  const Flow& flow = flows_[slot];
  // Not when the other end has still to answer.
  if (taken && call && flow.refreshed_at == now) calls_.add(flow.connection, *call);
  return taken;
}

std::optional<CloseCall> FlowEnding::call_of(std::uint32_t slot, TimePoint now, Side from,
                                             PacketKind kind) const {
  const Flow& flow = flows_[slot];
  if (flow.local) return std::nullopt;
  const Lease lease = flows_.lease(flow);
  // When the box would forget the flow if no packet came any more.
  TimePoint end = flows_.deadline_by_tick(flow);
  Duration timeout = lease.timeout;
  if (detection_.on() && both_ends_hold(flow)) {
    const Duration interval = profile_.dead_connection_detection.retry_interval;
    for (std::uint32_t left = detection_.probes_left(slot); left > 0; --left)
      end = swept(later(end, interval), profile_.reap_interval);
  }
  if (purge_.next() != kNever) {
    const Duration scaled = purge_.scaled(timeout);
    const TimePoint purged = purge_.purge_after(later(lease.refreshed_at, scaled));
    if (purged < end) {
      end = purged;
      timeout = scaled;
    }
  }
  const Duration silence = now - lease.refreshed_at;
  if (silence < CloseCalls::silence_of(timeout)) return std::nullopt;
  return CloseCall{end - now, now, silence, lease.timer, timeout, from, kind};
}

bool FlowEnding::may_be_close_by_mapping(const Flow& flow, TimePoint now) const {
  const Mapping& mapping = mappings_[flow.mapping];
  const TimePoint since = std::min(flow.refreshed_at, mapping.refreshed_at);
  if (now - since < calls_.least_silence()) return false;
  return mapping.flows > 1 || calls_.may_be(flow.connection, flows_.lease(flow).deadline - now);
}

void FlowEnding::note_call(std::uint32_t slot, TimePoint now, Side from, PacketKind kind) {
  const Flow& flow = flows_[slot];
  if (flow.shared) {
    if (may_be_close_by_mapping(flow, now))
      note_calls_of_mapping(flow.mapping, slot, now, from, kind);
    return;
  }
  const Duration left = profile_.timeouts[flow.timer] - (now - flow.refreshed_at);
  if (left < flows_.tick()) ++decided_by_tick_;
  if (!calls_.may_be(flow.connection, left) && purge_.next() == kNever) return calls_.false_alarm();
  if (const auto call = call_of(slot, now, from, kind)) calls_.add(flow.connection, *call);
}

// The packet extends the lease of the mapping, and of its flows the share of the one in the slot.
void FlowEnding::note_calls_of_mapping(std::uint32_t mapping, std::uint32_t slot, TimePoint now,
                                       Side from, PacketKind kind) {
  const Mapping& its = mappings_[mapping];
  if (!its.shared) return;
  for (std::uint32_t i = its.first; i != kNoHandle; i = flows_[i].next) {
    const Flow& flow = flows_[i];
    if (i != slot && flows_.lease(flow).deadline < its.deadline) continue;
    if (const auto call = call_of(i, now, from, kind)) calls_.add(flow.connection, *call);
  }
}

void FlowEnding::walk(StateWalk& walk) {
  if (flows_.tick() > Duration::zero()) walk.still(decided_by_tick_);
  eviction_.walk(walk);
  purge_.walk(walk);
  detection_.walk(walk);
  calls_.walk(walk);
  if (follows_sequences_) {
    flows_.for_each([&](std::uint32_t slot) { sequences_.walk(walk, slot); });
  }
}

}  // namespace stayalive
