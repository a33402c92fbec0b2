// SPDX-License-Identifier: Apache-2.0
#include "middlebox/flow/flow_table.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace stayalive {

FlowTable::FlowTable(const Profile& profile, MappingTable& mappings)
    : profile_(profile), mappings_(mappings), tick_(tick_length(profile.hz)) {
  take_spans(profile.timeouts);
}

void FlowTable::take_spans(const TimeoutTable& spans) {
  spans_ = spans;
  for (Duration& span : spans_.spans) span = whole_ticks(span, tick_);
  for_each([this](std::uint32_t slot) {
    if (!flows_[slot].dead) enqueue(slot, flows_[slot]);
  });
}

void FlowTable::keep_ends(Timeout timer) {
  for_each([this, timer](std::uint32_t slot) {
    const Flow& flow = flows_[slot];
    if (flow.dead || flow.timer != timer || flow.shared || flow.own_end) return;
    end_at(slot, end_of(flow.refreshed_at, timer));
  });
}

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
    own.deadline = flow.own_end ? own_ends_.at(flow.serial) : end_of(own.refreshed_at, flow.timer);
    return own;
  }
  // Its own share of a shared lease: how long its remote endpoint may send in.
  own.timeout = profile_.filter_timeout;
  if (own.timeout > Duration::zero()) {
    own.deadline = later(tick_begin(own.refreshed_at, tick_), whole_ticks(own.timeout, tick_));
  }
  const Mapping& mapping = mappings_[flow.mapping];
  if (own.deadline < mapping.deadline) return own;
  return {mapping.deadline, mapping.refreshed_at,   spans[mapping.timer],
          mapping.timer,    mapping.refreshed_from, mapping.refreshed_by};
}

void FlowTable::enqueue_at(std::uint32_t slot, TimePoint at) {
  Flow& flow = flows_[slot];
  flow.queued_at = at;
  expiry_.push({at, flow.serial, slot});
  if (expiry_.size() > 2 * live_ + 64) {
    expiry_.compact([&](const FlowQueue::Entry& entry) {
      return !holds(entry) || flows_[entry.slot].queued_at != entry.at;
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

std::uint32_t FlowTable::open(const Flow& begun, const Opening& opening, TimePoint now) {
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
  if (opening.inherits) {
    refresh(flows_[slot], opening.timer, now, opening.from, opening.kind);
    enqueue(slot, flows_[slot]);
  } else {
    extend(slot, opening.timer, now, opening.from, opening.kind);
  }
  return slot;
}

void FlowTable::extend_mapping(std::uint32_t slot, Timeout timer, TimePoint now, Side from,
                               PacketKind kind) {
  Flow& flow = flows_[slot];
  Mapping& mapping = mappings_[flow.mapping];
  const TimePoint before = mapping.deadline;
  mapping.deadline = end_of(now, timer);
  mapping.refreshed_at = now;
  mapping.timer = timer;
  mapping.refreshed_from = from;
  mapping.refreshed_by = kind;
  if (mapping.deadline >= before) return;
  for (std::uint32_t i = mapping.first; i != kNoHandle; i = flows_[i].next) enqueue(i, flows_[i]);
}

void FlowTable::shorten(std::uint32_t slot, Timeout timer, TimePoint now) {
  Flow& flow = flows_[slot];
  const TimePoint earlier = end_of(now, timer);
  if (earlier >= lease(flow).deadline) return;
  flow.timer = timer;
  end_at(slot, earlier);
}

void FlowTable::end_at(std::uint32_t slot, TimePoint at) {
  Flow& flow = flows_[slot];
  own_ends_[flow.serial] = at;
  flow.own_end = true;
  enqueue(slot, flow);
}

// Takes the flow's keys out of the index and its slot back.
void FlowTable::forget(std::uint32_t slot) {
  Flow& flow = flows_[slot];
  index_.erase(flow.outbound().hash(), slot * 2);
  index_.erase(flow.inbound().hash(), slot * 2 + 1);
  if (flow.own_end) own_ends_.erase(flow.serial);
  flow.serial = 0;
  flow.dead = false;
  flows_.remove(slot);
}

void FlowTable::remove(std::uint32_t slot, TimePoint at) {
  detach(slot, at);
  --live_;
  forget(slot);
}

// Keeps the flow under its keys until a new flow needs them or too many have expired since.
void FlowTable::remove_expired(std::uint32_t slot, Timeout timer, TimePoint at) {
  Flow& flow = flows_[slot];
  flow.timer = timer;
  flow.queued_at = at;
  detach(slot, at);
  --live_;
  flow.dead = true;
  expired_.emplace_back(slot, flow.serial);
  if (expired_.size() <= kRemembered) return;
  const auto [oldest_slot, serial] = expired_.front();
  expired_.pop_front();
  if (flows_[oldest_slot].serial == serial) forget(oldest_slot);
}

// An entry is asked for its time by now: kNever when it does not hold any more.
std::optional<FlowQueue::Entry> FlowTable::pop_due(TimePoint limit) {
  return expiry_.pop_until(
      limit, [&](std::uint32_t slot) { prefetch(slot); },
      [&](const FlowQueue::Entry& entry) {
        Flow& flow = flows_[entry.slot];
        if (!holds(entry) || flow.queued_at != entry.at) return kNever;
        return flow.queued_at = std::max(entry.at, deadline(flow));
      });
}

std::optional<FlowQueue::Entry> FlowTable::take_due(TimePoint limit) {
  const std::optional<FlowQueue::Entry> due = pop_due(limit);
  if (due) flows_[due->slot].queued_at = kNever;
  return due;
}

void FlowTable::put_off_until(TimePoint now) {
  if (const std::optional<FlowQueue::Entry> due = pop_due(now)) expiry_.push(*due);
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

void FlowTable::clear() {
  flows_ = {};
  index_ = {};
  by_internal_ = {};
  own_ends_.clear();
  expiry_.clear();
  expired_.clear();
  live_ = 0;
}

// Indices, neighbours and what is remembered change only when a flow begins or ends, which its
// serial number tells.  The entries of the queues are never later than they must be, and are put
// off when they come: where they lie makes no difference.
void FlowTable::walk(StateWalk& walk) {
  walk.still(serial_, live_, expired_.size(), own_ends_.size());
  for_each([&](std::uint32_t slot) {
    Flow& flow = flows_[slot];
    walk.still(slot, flow.serial, flow.dead, flow.timer, flow.refreshed_by, flow.refreshed_from,
               flow.answered, flow.assured, flow.age, flow.peers[0], flow.peers[1], flow.phase);
    if (flow.dead) return walk.past(flow.queued_at);
    // The deadline itself does not move as the packets do where it counts ticks; before the tick
    // that may be its last nothing depends on which it is (FlowEnding::note_call).
    TimePoint ends = deadline_by_tick(flow) - tick_;
    walk.instant(ends);
    walk.past(flow.refreshed_at);
  });
  for (auto& [serial, ends] : own_ends_) {
    walk.still(serial);
    walk.instant(ends);
  }
}

}  // namespace stayalive
