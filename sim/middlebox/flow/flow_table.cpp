// SPDX-License-Identifier: Apache-2.0
#include "middlebox/flow/flow_table.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace stayalive {

FlowTable::FlowTable(const Profile& profile, MappingTable& mappings)
    : profile_(profile),
      mappings_(mappings),
      resets_ends_(profile.on_expiry == ExpiryAction::ResetBoth) {}

const Flow* FlowTable::find_dead(const FlowKey& key) const {
  const std::uint32_t handle = find_any(key);
  if (handle == FlatIndex::kNone || !flows_[handle >> 1].dead) return nullptr;
  return &flows_[handle >> 1];
}

Lease FlowTable::lease(const Flow& flow) const {
  const TimeoutTable& spans = profile_.timeouts;
  Lease own{kNever,     flow.refreshed_at,   spans[flow.timer],
            flow.timer, flow.refreshed_from, flow.refreshed_by};
  if (!flow.shared) {
    own.deadline =
        flow.shortened ? shortened_.at(flow.serial) : later(own.refreshed_at, own.timeout);
    return own;
  }
  // Its own share of a shared lease: how long its remote endpoint may send in.
  own.timeout = profile_.filter_timeout;
  if (own.timeout > Duration::zero()) own.deadline = later(own.refreshed_at, own.timeout);
  const Mapping& mapping = mappings_[flow.mapping];
  if (own.deadline < mapping.deadline) return own;
  return {mapping.deadline, mapping.refreshed_at,   spans[mapping.timer],
          mapping.timer,    mapping.refreshed_from, mapping.refreshed_by};
}

bool FlowTable::stale(const FlowQueue::Entry& entry) const {
  const Flow& flow = flows_[entry.slot];
  return flow.serial != entry.serial || flow.dead;
}

void FlowTable::enqueue_at(std::uint32_t slot, TimePoint at) {
  Flow& flow = flows_[slot];
  flow.queued_at = at;
  expiry_.push({at, flow.serial, slot});
  if (expiry_.size() > 2 * live_ + 64) {
    expiry_.compact([&](const FlowQueue::Entry& entry) {
      return stale(entry) || flows_[entry.slot].queued_at != entry.at;
    });
  }
}

std::uint32_t FlowTable::newest_of(Protocol protocol, Endpoint internal) const {
  return by_internal_.find(group_hash(protocol, internal), [&](std::uint32_t slot) {
    return flows_[slot].internal() == internal && flows_[slot].protocol == protocol;
  });
}

// Notes the newest flow of the mapping or group of `flow`, in the place of the one before.
void FlowTable::make_newest(const Flow& flow, std::uint32_t before, std::uint32_t slot) {
  if (!flow.grouped) {
    mappings_[flow.mapping].first = slot;
    return;
  }
  const std::uint64_t hash = group_hash(flow.protocol, flow.internal());
  if (before == kNoHandle) {
    by_internal_.insert(hash, slot);
  } else if (slot == kNoHandle) {
    by_internal_.erase(hash, before);
  } else {
    by_internal_.replace(hash, before, slot);
  }
}

void FlowTable::attach(std::uint32_t slot) {
  Flow& flow = flows_[slot];
  if (!flow.grouped && flow.mapping == kNoHandle) return;
  flow.previous = kNoHandle;
  flow.next =
      flow.grouped ? newest_of(flow.protocol, flow.internal()) : mappings_[flow.mapping].first;
  if (flow.next != kNoHandle) flows_[flow.next].previous = slot;
  make_newest(flow, flow.next, slot);
  if (!flow.grouped) ++mappings_[flow.mapping].flows;
}

void FlowTable::detach(std::uint32_t slot, TimePoint at) {
  Flow& flow = flows_[slot];
  if (!flow.grouped && flow.mapping == kNoHandle) return;
  if (flow.next != kNoHandle) flows_[flow.next].previous = flow.previous;
  if (flow.previous != kNoHandle) {
    flows_[flow.previous].next = flow.next;
  } else {
    make_newest(flow, slot, flow.next);
  }
  if (!flow.grouped) {
    --mappings_[flow.mapping].flows;
    mappings_.end_if_unused(flow.mapping, at);
  }
  flow.mapping = kNoHandle;
  flow.grouped = flow.shared = false;
}

std::uint32_t FlowTable::open(const Flow& begun, const Opening& opening, TimePoint now,
                              Outbox& out) {
  Flow flow = begun;
  for (const FlowKey& key : {flow.outbound(), flow.inbound()}) {
    const std::uint32_t handle = find_any(key);
    if (handle == FlatIndex::kNone) continue;
    CHECK(flows_[handle >> 1].dead, "no two live flows share a key");
    forget(handle >> 1);
  }
  flow.serial = ++serial_;
  flow.queued_at = kNever;
  flow.shared = flow.mapping != kNoHandle && mappings_[flow.mapping].shared;
  const std::uint32_t slot = flows_.add(flow);
  index_.insert(flow.outbound().hash(), slot * 2);
  index_.insert(flow.inbound().hash(), slot * 2 + 1);
  attach(slot);
  ++live_;
  if (resets_ends_) sequences_.begin(slot);
  if (opening.inherits) {
    refresh(flows_[slot], opening.timer, now, opening.from, opening.kind);
    enqueue(slot, flows_[slot]);
  } else {
    extend(slot, opening.timer, now, opening.from, opening.kind);
  }
  if (crowded() && next_purge_ == kNever) {
    next_purge_ = swept(later(now, Duration{1}), purge_interval());
  }
  if (evicting_) {
    eviction_.push({lease(flows_[slot]).refreshed_at, flow.serial, slot});
    if (eviction_.size() > 2 * live_ + 64) {
      eviction_.compact([&](const FlowQueue::Entry& entry) { return stale(entry); });
    }
  }
  note(FlowEvent::Opened, now, flows_[slot], out);
  return slot;
}

void FlowTable::extend_mapping(std::uint32_t slot, Timeout timer, TimePoint now, Side from,
                               PacketKind kind) {
  Flow& flow = flows_[slot];
  Mapping& mapping = mappings_[flow.mapping];
  const TimePoint before = mapping.deadline;
  mapping.deadline = later(now, profile_.timeouts[timer]);
  mapping.refreshed_at = now;
  mapping.timer = timer;
  mapping.refreshed_from = from;
  mapping.refreshed_by = kind;
  if (mapping.deadline >= before) return;
  for (std::uint32_t i = mapping.first; i != kNoHandle; i = flows_[i].next) enqueue(i, flows_[i]);
}

void FlowTable::shorten(std::uint32_t slot, Timeout timer, TimePoint now) {
  Flow& flow = flows_[slot];
  const TimePoint earlier = later(now, profile_.timeouts[timer]);
  if (earlier >= lease(flow).deadline) return;
  shortened_[flow.serial] = earlier;
  flow.shortened = true;
  flow.timer = timer;
  enqueue(slot, flow);
}

void FlowTable::follow_sequence(std::uint32_t slot, Side from, const Packet& packet) {
  if (resets_ends_ && packet.protocol == Protocol::Tcp) sequences_.follow(slot, from, packet);
}

void FlowTable::note(FlowEvent event, TimePoint at, const Flow& flow, Outbox& out) const {
  const Lease last = lease(flow);
  FlowNote note;
  note.event = event;
  note.at = at;
  note.flow = FlowId{flow.serial};
  note.connection = flow.connection;
  note.picked_up = flow.picked_up;
  note.local = flow.local;
  note.internal = flow.internal();
  note.mapped = flow.mapped();
  note.remote = flow.remote();
  note.protocol = flow.protocol;
  note.timer = last.timer;
  note.timeout = last.timeout;
  note.refreshed_at = last.refreshed_at;
  note.refreshed_from = last.refreshed_from;
  note.refreshed_by = last.refreshed_by;
  out.notes.push_back(note);
}

void FlowTable::end(std::uint32_t slot, FlowEvent event, TimePoint now, Outbox& out) {
  note(event, now, flows_[slot], out);
  // A mapping outlives its flows by its lease only where they have run out by themselves.
  const std::uint32_t mapping = flows_[slot].mapping;
  if (mapping != kNoHandle && mappings_[mapping].flows == 1) mappings_[mapping].deadline = now;
  detach(slot, now);
  --live_;
  forget(slot);
}

// Takes the flow's keys out of the index and its slot back.
void FlowTable::forget(std::uint32_t slot) {
  Flow& flow = flows_[slot];
  index_.erase(flow.outbound().hash(), slot * 2);
  index_.erase(flow.inbound().hash(), slot * 2 + 1);
  if (flow.shortened) shortened_.erase(flow.serial);
  flow.serial = 0;
  flow.dead = false;
  flows_.remove(slot);
}

// Keeps an expired flow under its keys until a new flow needs them or too many have died since.
void FlowTable::bury(std::uint32_t slot) {
  flows_[slot].dead = true;
  graves_.emplace_back(slot, flows_[slot].serial);
  if (graves_.size() <= kRemembered) return;
  const auto [oldest_slot, serial] = graves_.front();
  graves_.pop_front();
  if (flows_[oldest_slot].serial == serial) forget(oldest_slot);
}

void FlowTable::expire_one(std::uint32_t slot, TimePoint at, Duration span, Outbox& out) {
  Flow& flow = flows_[slot];
  note(FlowEvent::Expired, at, flow, out);
  out.notes.back().timeout = span;
  if (resets_ends_) reset_both_ends(slot, out);
  flow.timer = out.notes.back().timer;
  flow.queued_at = at;
  detach(slot, at);
  --live_;
  bury(slot);
}

void FlowTable::reset_both_ends(std::uint32_t slot, Outbox& out) const {
  const Flow& flow = flows_[slot];
  const Timeout timer = lease(flow).timer;
  const bool established = timer == Timeout::TcpEstablished || timer == Timeout::TcpMaxRetrans ||
                           timer == Timeout::TcpUnacknowledged;
  if (flow.protocol != Protocol::Tcp || !flow.assured || !established) return;
  sequences_.reset_both_ends(slot, flow, out);
}

void FlowTable::end_due(TimePoint now, Outbox& out) {
  while (next_deadline() <= now) {
    const bool purges = next_purge_ != kNever && next_purge_ <= now;
    expire_until(purges ? next_purge_ - 1ns : now, out);
    if (!purges) break;
    const TimePoint at = next_purge_;
    purge(at, out);
    next_purge_ = crowded() ? later(at, purge_interval()) : kNever;
  }
}

// When the flow of the entry is due by now; kNever when the entry does not hold any more.
TimePoint FlowTable::put_off(const FlowQueue::Entry& entry) {
  Flow& flow = flows_[entry.slot];
  if (stale(entry) || flow.queued_at != entry.at) return kNever;
  return flow.queued_at = std::max(entry.at, deadline(flow));
}

void FlowTable::put_off_until(TimePoint now) {
  const auto near = [&](std::uint32_t slot) { prefetch(slot); };
  const auto ask = [&](const FlowQueue::Entry& entry) { return put_off(entry); };
  expiry_.put_off_until(now, near, ask);
}

void FlowTable::expire_until(TimePoint limit, Outbox& out) {
  const auto near = [&](std::uint32_t slot) { prefetch(slot); };
  const auto ask = [&](const FlowQueue::Entry& entry) { return put_off(entry); };
  while (const auto due = expiry_.pop_until(limit, near, ask)) {
    expire_one(due->slot, due->at, lease(flows_[due->slot]).timeout, out);
  }
}

// The flow that was refreshed longest ago; among equals, the oldest one.  With EvictUnassured only
// unassured flows count, and one that has become assured never loses that.
std::uint32_t FlowTable::oldest() {
  const bool unassured_only = profile_.when_full == WhenFull::EvictUnassured;
  if (!evicting_) queue_all_for_eviction();
  while (!eviction_.empty()) {
    const FlowQueue::Entry entry = eviction_.pop();
    if (stale(entry)) continue;
    const Flow& flow = flows_[entry.slot];
    if (unassured_only && flow.assured) continue;
    const TimePoint refreshed = lease(flow).refreshed_at;
    if (refreshed == entry.at) return entry.slot;
    eviction_.push({refreshed, entry.serial, entry.slot});
  }
  return kNoHandle;
}

// Most tables never fill up, and do without that queue.
void FlowTable::queue_all_for_eviction() {
  evicting_ = true;
  for (const std::uint32_t slot : by_age()) {
    eviction_.push({lease(flows_[slot]).refreshed_at, flows_[slot].serial, slot});
  }
}

bool FlowTable::make_room(TimePoint now, Outbox& out) {
  if (live_ < profile_.capacity) return true;
  if (profile_.when_full == WhenFull::Refuse) return false;
  const std::uint32_t victim = oldest();
  if (victim == kNoHandle) return false;
  end(victim, FlowEvent::Evicted, now, out);
  return true;
}

std::vector<std::uint32_t> FlowTable::by_age() const {
  std::vector<std::uint32_t> slots;
  for (std::uint32_t i = 0; i < flows_.slots(); ++i) {
    if (flows_[i].serial != 0 && !flows_[i].dead) slots.push_back(i);
  }
  std::sort(slots.begin(), slots.end(),
            [&](std::uint32_t a, std::uint32_t b) { return flows_[a].serial < flows_[b].serial; });
  return slots;
}

void FlowTable::flush(TimePoint now, Outbox& out) {
  for (const std::uint32_t slot : by_age()) note(FlowEvent::Flushed, now, flows_[slot], out);
  flows_ = {};
  index_ = {};
  by_internal_ = {};
  shortened_.clear();
  expiry_.clear();
  eviction_.clear();
  evicting_ = false;
  graves_.clear();
  live_ = 0;
  next_purge_ = kNever;
  mappings_.flush();
}

// Indices, neighbours and graves change only when a flow begins or ends, which its serial number
// tells.  The entries of the queues are never later than they must be, and are put off when they
// come: where they lie makes no difference.
void FlowTable::walk(StateWalk& walk) {
  walk.still(serial_, live_, evicting_, graves_.size(), shortened_.size());
  for_each([&](std::uint32_t slot) {
    Flow& flow = flows_[slot];
    walk.still(slot, flow.serial, flow.dead, flow.timer, flow.refreshed_by, flow.refreshed_from,
               flow.answered, flow.assured, flow.age, flow.peers[0], flow.peers[1], flow.phase);
    if (flow.dead) return walk.past(flow.queued_at);
    TimePoint ends = deadline(flow);
    walk.instant(ends);
    walk.past(flow.refreshed_at);
  });
  for (auto& [serial, ends] : shortened_) {
    walk.still(serial);
    walk.instant(ends);
  }
  walk.instant(next_purge_);
  if (resets_ends_) for_each([&](std::uint32_t slot) { sequences_.walk(walk, slot); });
}

// OpenBSD looks for dead states every second; a profile may say that a full pass takes longer.
Duration FlowTable::purge_interval() const {
  return profile_.reap_interval > Duration::zero() ? profile_.reap_interval : Duration{1s};
}

// pf.conf(5), adaptive.start and adaptive.end.
Duration FlowTable::scaled(Duration span) const {
  const std::uint64_t end = profile_.adaptive.end;
  const std::uint64_t start = profile_.adaptive.start;
  if (!crowded()) return span;
  if (live_ >= end) return Duration::zero();
  const auto part = static_cast<std::int64_t>(end - live_);
  const auto whole = static_cast<std::int64_t>(end - start);
  return span / whole * part + span % whole * part / whole;
}

// The count falls as flows go, so those that are looked at later live longer.
void FlowTable::purge(TimePoint at, Outbox& out) {
  for (const std::uint32_t slot : by_age()) {
    const Lease last = lease(flows_[slot]);
    const Duration span = scaled(last.timeout);
    if (later(last.refreshed_at, span) <= at) expire_one(slot, at, span, out);
  }
}

}  // namespace stayalive
