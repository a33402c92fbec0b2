// SPDX-License-Identifier: Apache-2.0
#include "middlebox/ending/flow_ending.h"

#include "middlebox/flow/flow_note.h"

namespace stayalive {

FlowEnding::FlowEnding(const Profile& profile, MappingTable& mappings, FlowTable& flows)
    : profile_(profile),
      mappings_(mappings),
      flows_(flows),
      eviction_(profile, flows),
      purge_(profile, flows),
      detection_(profile, flows, sequences_),
      follows_sequences_(profile.on_expiry == ExpiryAction::ResetBoth || detection_.on()) {}

void FlowEnding::opened(std::uint32_t slot, Side from, const Packet& packet, TimePoint now) {
  purge_.opened(now);
  eviction_.opened(slot);
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

bool FlowEnding::make_room(TimePoint now, Outbox& out) {
  if (flows_.size() < profile_.capacity) return true;
  const std::uint32_t victim = eviction_.take_victim();
  if (victim == kNoHandle) return false;
  end(victim, FlowEvent::Evicted, now, out);
  return true;
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

void FlowEnding::walk(StateWalk& walk) {
  eviction_.walk(walk);
  purge_.walk(walk);
  detection_.walk(walk);
  if (follows_sequences_) {
    flows_.for_each([&](std::uint32_t slot) { sequences_.walk(walk, slot); });
  }
}

}  // namespace stayalive
