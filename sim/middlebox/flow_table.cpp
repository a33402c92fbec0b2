// SPDX-License-Identifier: Apache-2.0
#include "middlebox/flow_table.h"

#include <algorithm>

#include "base/check.h"

namespace stayalive {

FlowTable::FlowTable(const Profile& profile, MappingTable& mappings)
    : profile_(profile), mappings_(mappings) {}

std::uint32_t FlowTable::find_any(const FlowKey& key) const {
  return index_.find(key.hash(), [&](std::uint32_t handle) {
    const Flow& flow = flows_[handle >> 1];
    return ((handle & 1) != 0 ? flow.inbound : flow.outbound) == key;
  });
}

FlowTable::Match FlowTable::find(const FlowKey& key) const {
  const std::uint32_t handle = find_any(key);
  if (handle == FlatIndex::kNone || flows_[handle >> 1].dead) return {};
  return {handle >> 1, (handle & 1) != 0};
}

const Flow* FlowTable::find_dead(const FlowKey& key) const {
  const std::uint32_t handle = find_any(key);
  if (handle == FlatIndex::kNone || !flows_[handle >> 1].dead) return nullptr;
  return &flows_[handle >> 1];
}

const Lease& FlowTable::lease(const Flow& flow) const {
  if (flow.mapping == kNoHandle) return flow.lease;
  const Mapping& mapping = mappings_[flow.mapping];
  if (!mapping.shared || flow.lease.deadline < mapping.lease.deadline) return flow.lease;
  return mapping.lease;
}

TimePoint FlowTable::deadline(const Flow& flow) const {
  return swept(lease(flow).deadline, profile_.reap_interval);
}

Lease FlowTable::new_lease(Timeout timer, TimePoint now, Side from, PacketKind kind) const {
  const Duration span = profile_.timeouts[timer];
  return {later(now, span), now, span, timer, from, kind};
}

bool FlowTable::stale(const FlowQueue::Entry& entry) const {
  const Flow& flow = flows_[entry.slot];
  return flow.serial != entry.serial || flow.dead;
}

// A flow has one entry that counts, at or before its deadline.  When the deadline has moved on in
// the meantime, the entry is put back as it comes due: refreshing writes a field and no more.
void FlowTable::enqueue(std::uint32_t slot) {
  Flow& flow = flows_[slot];
  const TimePoint at = deadline(flow);
  if (at >= flow.queued_at) return;
  flow.queued_at = at;
  expiry_.push({at, flow.serial, slot});
  if (expiry_.size() > 2 * live_ + 64) {
    expiry_.compact([&](const FlowQueue::Entry& entry) {
      return stale(entry) || flows_[entry.slot].queued_at != entry.at;
    });
  }
}

void FlowTable::attach(std::uint32_t slot) {
  Flow& flow = flows_[slot];
  if (flow.mapping == kNoHandle) return;
  Mapping& mapping = mappings_[flow.mapping];
  flow.previous = kNoHandle;
  flow.next = mapping.first;
  if (mapping.first != kNoHandle) flows_[mapping.first].previous = slot;
  mapping.first = slot;
  ++mapping.flows;
}

void FlowTable::detach(std::uint32_t slot, TimePoint at) {
  Flow& flow = flows_[slot];
  if (flow.mapping == kNoHandle) return;
  Mapping& mapping = mappings_[flow.mapping];
  if (flow.previous != kNoHandle) flows_[flow.previous].next = flow.next;
  if (flow.next != kNoHandle) flows_[flow.next].previous = flow.previous;
  if (mapping.first == slot) mapping.first = flow.next;
  --mapping.flows;
  mappings_.end_if_unused(flow.mapping, at);
  flow.mapping = kNoHandle;
}

std::uint32_t FlowTable::open(Flow flow, const Opening& opening, TimePoint now, Outbox& out) {
  for (const FlowKey& key : {flow.outbound, flow.inbound}) {
    const std::uint32_t handle = find_any(key);
    if (handle == FlatIndex::kNone) continue;
    CHECK(flows_[handle >> 1].dead, "no two live flows share a key");
    forget(handle >> 1);
  }
  flow.serial = ++serial_;
  flow.opened_at = now;
  flow.queued_at = kNever;
  const std::uint32_t slot = flows_.add(flow);
  slots_ = std::max(slots_, slot + 1);
  index_.insert(flow.outbound.hash(), slot * 2);
  index_.insert(flow.inbound.hash(), slot * 2 + 1);
  attach(slot);
  ++live_;
  if (opening.inherits) {
    set_filter(flows_[slot], new_lease(opening.timer, now, opening.from, opening.kind));
    enqueue(slot);
  } else {
    extend(slot, opening.timer, now, opening.from, opening.kind);
  }
  if (crowded() && next_purge_ == kNever) {
    next_purge_ = swept(later(now, Duration{1}), purge_interval());
  }
  if (profile_.when_full != WhenFull::Refuse) {
    eviction_.push({now, flow.serial, slot});
    if (eviction_.size() > 2 * live_ + 64) {
      eviction_.compact([&](const FlowQueue::Entry& entry) { return stale(entry); });
    }
  }
  note(FlowEvent::Opened, now, flows_[slot], out);
  return slot;
}

void FlowTable::extend(std::uint32_t slot, Timeout timer, TimePoint now, Side from,
                       PacketKind kind) {
  Flow& flow = flows_[slot];
  const Lease fresh = new_lease(timer, now, from, kind);
  if (flow.mapping == kNoHandle || !mappings_[flow.mapping].shared) {
    flow.lease = fresh;
    enqueue(slot);
    return;
  }
  Mapping& mapping = mappings_[flow.mapping];
  const bool shorter = fresh.deadline < mapping.lease.deadline;
  mapping.lease = fresh;
  set_filter(flow, fresh);
  enqueue(slot);
  if (!shorter) return;
  for (std::uint32_t i = mapping.first; i != kNoHandle; i = flows_[i].next) enqueue(i);
}

// The flow's own share of a shared lease: how long its remote endpoint may send in.
void FlowTable::set_filter(Flow& flow, const Lease& fresh) {
  const Duration span = profile_.filter_timeout;
  flow.lease = fresh;
  flow.lease.timeout = span;
  flow.lease.deadline = span == Duration::zero() ? kNever : later(fresh.refreshed_at, span);
}

void FlowTable::shorten(std::uint32_t slot, Timeout timer, TimePoint now) {
  Flow& flow = flows_[slot];
  const TimePoint earlier = later(now, profile_.timeouts[timer]);
  if (earlier >= flow.lease.deadline) return;
  flow.lease.deadline = earlier;
  flow.lease.timeout = profile_.timeouts[timer];
  flow.lease.timer = timer;
  enqueue(slot);
}

void FlowTable::note(FlowEvent event, TimePoint at, const Flow& flow, Outbox& out) const {
  const Lease& last = lease(flow);
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
  note.protocol = flow.outbound.protocol;
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
  if (mapping != kNoHandle && mappings_[mapping].flows == 1)
    mappings_[mapping].lease.deadline = now;
  detach(slot, now);
  --live_;
  forget(slot);
}

// Takes the flow's keys out of the index and its slot back.
void FlowTable::forget(std::uint32_t slot) {
  Flow& flow = flows_[slot];
  index_.erase(flow.outbound.hash(), slot * 2);
  index_.erase(flow.inbound.hash(), slot * 2 + 1);
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
  const Lease last = lease(flow);
  note(FlowEvent::Expired, at, flow, out);
  out.notes.back().timeout = span;
  if (profile_.on_expiry == ExpiryAction::ResetBoth) reset_both_ends(flow, out);
  detach(slot, at);
  flow.lease = last;
  flow.lease.deadline = at;
  --live_;
  bury(slot);
}

// A RST that the receiver takes at its word carries exactly the sequence number it expects next
// (RFC 5961, section 3.2), which is what it last acknowledged.
void FlowTable::reset_both_ends(const Flow& flow, Outbox& out) const {
  const Timeout timer = lease(flow).timer;
  const bool established = timer == Timeout::TcpEstablished || timer == Timeout::TcpMaxRetrans ||
                           timer == Timeout::TcpUnacknowledged;
  if (flow.outbound.protocol != Protocol::Tcp || !flow.assured || !established) return;
  for (const Side side : {Side::Internal, Side::External}) {
    const FlowKey back = side == Side::Internal ? flow.outbound : flow.inbound;
    Packet reset;
    reset.protocol = Protocol::Tcp;
    reset.kind = PacketKind::Reset;
    reset.connection = flow.connection;
    reset.flags = tcp_flag::kRst;
    reset.set_source(back.destination);
    reset.set_destination(back.source);
    reset.sequence = flow.acknowledged_by(side) ? flow.acknowledged[index(side)]
                                                : flow.sent_end[index(opposite(side))];
    out.packets.push_back({side, reset});
  }
}

void FlowTable::reap(TimePoint now, Outbox& out) {
  while (true) {
    const TimePoint due = expiry_.next();
    if (next_purge_ != kNever && next_purge_ <= now && next_purge_ <= due) {
      const TimePoint at = next_purge_;
      purge(at, out);
      next_purge_ = crowded() ? later(at, purge_interval()) : kNever;
      continue;
    }
    if (expiry_.empty() || due > now) break;
    const FlowQueue::Entry entry = expiry_.pop();
    if (stale(entry) || flows_[entry.slot].queued_at != entry.at) continue;
    Flow& flow = flows_[entry.slot];
    flow.queued_at = kNever;
    if (deadline(flow) > entry.at) {
      enqueue(entry.slot);
    } else {
      expire_one(entry.slot, entry.at, lease(flow).timeout, out);
    }
  }
  mappings_.reap(now);
}

TimePoint FlowTable::next_deadline() const { return std::min(expiry_.next(), next_purge_); }

// The flow that was refreshed longest ago; among equals, the oldest one.  With EvictUnassured only
// unassured flows count, and one that has become assured never loses that.
std::uint32_t FlowTable::oldest() {
  const bool unassured_only = profile_.when_full == WhenFull::EvictUnassured;
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
  for (std::uint32_t i = 0; i < slots_; ++i) {
    if (flows_[i].serial != 0 && !flows_[i].dead) slots.push_back(i);
  }
  std::sort(slots.begin(), slots.end(),
            [&](std::uint32_t a, std::uint32_t b) { return flows_[a].serial < flows_[b].serial; });
  return slots;
}

void FlowTable::flush(TimePoint now, Outbox& out) {
  for (const std::uint32_t slot : by_age()) note(FlowEvent::Flushed, now, flows_[slot], out);
  flows_ = {};
  slots_ = 0;
  index_ = {};
  expiry_.clear();
  eviction_.clear();
  graves_.clear();
  live_ = 0;
  next_purge_ = kNever;
  mappings_.flush();
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
    const Lease& last = lease(flows_[slot]);
    const Duration span = scaled(last.timeout);
    if (later(last.refreshed_at, span) <= at) expire_one(slot, at, span, out);
  }
}

}  // namespace stayalive
